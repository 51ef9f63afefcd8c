import type { MonitorRepresentation } from '../../coordinator/schemas/monitor.ts';
import { formatDuration } from '../format/duration.ts';
import { signalName } from '../parts/signal-name.ts';

/** What the monitor counted since it runs: who told of failures, what it could not place, and what its reading takes. */
export function MonitorCounts({ monitor }: { readonly monitor: MonitorRepresentation }) {
  const { failuresFound, unattributed, logCalls } = monitor;
  return (
    <div class="counts">
      {failuresFound && (
        <Counts
          title="Failures found, by who told of them first"
          counts={failuresFound}
          nameOf={(signal) => signalName(signal)}
          none="None yet."
        />
      )}
      {unattributed && (
        <Counts
          title="Log lines that nothing ties to an execution"
          counts={unattributed}
          nameOf={(reason) => REASONS[reason]}
          none="None: whose failure it was could always be told."
        />
      )}
      {logCalls && <LogCalls logCalls={logCalls} />}
    </div>
  );
}

interface CountsProps<Name extends string> {
  readonly title: string;
  readonly counts: Readonly<Partial<Record<Name, number>>>;
  readonly nameOf: (name: Name) => string;
  /** What is said instead of a list of nothing. */
  readonly none: string;
}

function Counts<Name extends string>({ title, counts, nameOf, none }: CountsProps<Name>) {
  const entries = (Object.entries(counts) as [Name, number][]).filter(([, count]) => count > 0);
  return (
    <section>
      <h3>{title}</h3>
      {entries.length === 0 && <p class="quiet">{none}</p>}
      {entries.length > 0 && (
        <dl class="facts-of">
          {entries.map(([name, count]) => (
            <div key={name}>
              <dt>{nameOf(name)}</dt>
              <dd>{count}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** Every reason, or the build breaks. */
const REASONS: Readonly<Record<keyof Required<NonNullable<MonitorRepresentation['unattributed']>>, string>> = {
  'unknown-request': 'nothing says whose the request is',
  'other-stream': 'a stream spoke of a request that is not its own',
  'other-invocation': 'another invocation had begun in its stream',
  'unproven-stream': 'nothing proves that the request ran in this stream alone',
  'other-attempt': 'its end names another attempt than its beginning',
  'no-single-key': 'its invocation printed several keys, or none',
  'not-enclosed': 'its invocation was not seen to begin or to end',
  'too-many': 'too many waited',
};

function LogCalls({ logCalls }: { readonly logCalls: NonNullable<MonitorRepresentation['logCalls']> }) {
  const { lastMinute, quotaPerMinute, pauseMs } = logCalls;
  return (
    <section>
      <h3 id="quota">Share of the log's quota</h3>
      <meter aria-labelledby="quota" min={0} max={quotaPerMinute} high={quotaPerMinute / 2} value={lastMinute} />
      <p>
        {lastMinute} of {quotaPerMinute} calls in a minute{' '}
        <span class="quiet">
          (FilterLogEvents, all readers of the account), at least {formatDuration(pauseMs)} apart
        </span>
      </p>
    </section>
  );
}

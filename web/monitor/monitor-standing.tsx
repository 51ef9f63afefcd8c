import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import type { MonitorRepresentation } from '../../coordinator/schemas/monitor.ts';
import { request } from '../api/requests.ts';
import { usePolled } from '../api/use-polled.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/instant.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { StatusShape, type Status } from '../parts/status-mark.tsx';
import { useNow } from '../parts/use-now.ts';
import { MonitorCounts } from './monitor-counts.tsx';

const REFRESH_MS = 3000;

interface Reading {
  readonly monitor: MonitorRepresentation;
  /** By the browser's clock, which need not be the coordinator's. */
  readonly readAt: number;
}

/** Whether the monitor runs, and the world of when it sees. */
export function MonitorStanding() {
  const read = useCallback(
    async (signal: AbortSignal): Promise<Reading> => ({
      monitor: await request<MonitorRepresentation>('/monitor', { signal }),
      readAt: Date.now(),
    }),
    [],
  );
  const { value, problem } = usePolled(read, REFRESH_MS);
  const now = useNow(1000);
  return (
    <section aria-labelledby="standing" class="sheet">
      <h2 id="standing" class="unseen">
        How far it sees
      </h2>
      <ProblemNote problem={problem}>Asking again …</ProblemNote>
      {value && <Standing monitor={value.monitor} sinceReadMs={Math.max(0, now - value.readAt)} />}
    </section>
  );
}

const SAYING: Readonly<Record<MonitorRepresentation['state'], { readonly shape: Status; readonly text: string }>> = {
  SEEING: { shape: 'SUCCEEDED', text: "Failures are found in the functions' log within seconds." },
  BLIND: {
    shape: 'HELD',
    text: 'What functions write is not visible. Nobody is condemned for that: failures are found at their deadlines.',
  },
  SILENT: {
    shape: 'FAILED',
    text: 'No monitor has said anything for two minutes. What fails meanwhile is found when one is back.',
  },
};

function Standing({ monitor, sinceReadMs }: { readonly monitor: MonitorRepresentation; readonly sinceReadMs: number }) {
  const { state, asOf, startedAt, writtenAt, seesThroughAt, logsReadThroughAt, watchedSinceAt } = monitor;
  const { ingestionLagMs, blindSinceAt } = monitor;
  const ageOf = (instant: string) => formatDuration(Math.max(0, Date.parse(asOf) - Date.parse(instant) + sinceReadMs));
  const { shape, text } = SAYING[state];
  return (
    <>
      <p class="standing" role="status">
        <StatusShape status={shape} /> <strong>{state}</strong> <span>{text}</span>
      </p>
      {seesThroughAt !== undefined && writtenAt !== undefined && (
        <p class="world">
          {state === 'SEEING' ? 'It sees the world as of ' : 'It has seen the world up to '}
          <strong>{state === 'SEEING' ? lengthOf(seesThroughAt, writtenAt) : ageOf(seesThroughAt)}</strong> ago
          <span class="quiet">, as it said {ageOf(writtenAt)} ago</span>
        </p>
      )}
      <dl class="facts-of">
        {logsReadThroughAt !== undefined && <Row name="log read through">{instantOf(logsReadThroughAt)}</Row>}
        {watchedSinceAt !== undefined && <Row name="every failure since">{instantOf(watchedSinceAt)}</Row>}
        {ingestionLagMs !== undefined && <Row name="a line is taken in">{formatDuration(ingestionLagMs)} later</Row>}
        {blindSinceAt !== undefined && <Row name="blind since">{instantOf(blindSinceAt)}</Row>}
        {startedAt !== undefined && <Row name="runs since">{instantOf(startedAt)}</Row>}
      </dl>
      <MonitorCounts monitor={monitor} />
    </>
  );
}

/** Never negative: one process wrote both, and its clock may have been set between. */
function lengthOf(from: string, to: string): string {
  return formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
}

function instantOf(iso: string): string {
  return formatInstant(iso, Date.now());
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

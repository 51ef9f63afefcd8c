import { useMemo } from 'preact/hooks';
import type { LoadedOrders } from '../executions/loaded-orders.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/instant.ts';
import { latencyPointsOf, medianOf, type LatencyPoint } from './latencies-of.ts';
import { outcomeOf, outcomesOf, type Outcome, type Outcomes } from './outcomes-of.ts';
import { latencyLook, outcomeLook } from './plot-looks.ts';
import { Plot } from './plot.tsx';

/** Outcomes and latencies of the newest orders over time. */
export function Plots({ recent }: { readonly recent: LoadedOrders }) {
  const { orders, lookedBackTo, nextCursor } = recent;
  const outcomes = useMemo(() => outcomesOf(orders), [orders]);
  const points = useMemo(() => latencyPointsOf(orders), [orders]);
  const extent =
    nextCursor === undefined
      ? `All ${orders.length} orders that are kept`
      : `The newest ${orders.length} orders, back to ${formatInstant(lookedBackTo, Date.now())}`;
  return (
    <>
      <section aria-labelledby="outcomes">
        <h2 id="outcomes">Outcomes</h2>
        <figure>
          <figcaption>
            {extent}, by when they were taken, {formatDuration(outcomes.widthMs)} a bar
          </figcaption>
          <Key entries={totalsOf(recent)} />
          <OutcomePlot outcomes={outcomes} />
          <OutcomeTable outcomes={outcomes} />
        </figure>
      </section>
      <section aria-labelledby="latencies">
        <h2 id="latencies">Latencies</h2>
        <figure>
          <figcaption>
            Of {points.length} faults among them: from when the attempt could begin to when its failure was found, and
            from there to when everything was undone
          </figcaption>
          <Key entries={mediansOf(points)} />
          {points.length > 0 && <LatencyPlot points={points} />}
          {points.length > 0 && <LatencyTable points={points} />}
        </figure>
      </section>
    </>
  );
}

function OutcomePlot({ outcomes: { buckets } }: { readonly outcomes: Outcomes }) {
  const columns = useMemo(
    () => [
      buckets.map(({ startsAt }) => startsAt / 1000),
      buckets.map(({ succeeded, rejected, failed, open }) => succeeded + rejected + failed + open),
      buckets.map(({ succeeded, rejected, failed }) => succeeded + rejected + failed),
      buckets.map(({ succeeded, rejected }) => succeeded + rejected),
      buckets.map(({ succeeded }) => succeeded),
    ],
    [buckets],
  );
  return <Plot columns={columns as [number[], ...number[][]]} look={outcomeLook} />;
}

function LatencyPlot({ points }: { readonly points: readonly LatencyPoint[] }) {
  const columns = useMemo(
    () => [
      points.map(({ at }) => at / 1000),
      points.map(({ detectedAfterMs }) => Math.max(1, detectedAfterMs)),
      points.map(({ recoveredAfterMs }) => (recoveredAfterMs === undefined ? null : Math.max(1, recoveredAfterMs))),
    ],
    [points],
  );
  return <Plot columns={columns as [number[], ...(number | null)[][]]} look={latencyLook} />;
}

interface KeyEntry {
  readonly tone: string;
  readonly name: string;
  readonly value: string;
}

function Key({ entries }: { readonly entries: readonly KeyEntry[] }) {
  return (
    <ul class="key">
      {entries.map(({ tone, name, value }) => (
        <li key={name}>
          <span class={`swatch ${tone}`} /> {name} <strong>{value}</strong>
        </li>
      ))}
    </ul>
  );
}

const TONES: Readonly<Record<Outcome, string>> = { succeeded: 'good', rejected: 'warn', failed: 'bad', open: 'live' };

function totalsOf({ orders }: LoadedOrders): readonly KeyEntry[] {
  const outcomes = orders.map(outcomeOf);
  return Object.entries(TONES).map(([name, tone]) => ({
    name,
    tone,
    value: String(outcomes.filter((outcome) => outcome === name).length),
  }));
}

function mediansOf(points: readonly LatencyPoint[]): readonly KeyEntry[] {
  const detected = medianOf(points.map(({ detectedAfterMs }) => detectedAfterMs));
  const recovered = medianOf(points.flatMap(({ recoveredAfterMs }) => recoveredAfterMs ?? []));
  return [
    { tone: 'bad disc', name: 'found, median', value: detected === undefined ? '–' : formatDuration(detected) },
    { tone: 'good ring', name: 'undone, median', value: recovered === undefined ? '–' : formatDuration(recovered) },
  ];
}

function OutcomeTable({ outcomes: { buckets } }: { readonly outcomes: Outcomes }) {
  const now = Date.now();
  return (
    <details>
      <summary>The same as a table</summary>
      <table class="plain">
        <thead>
          <tr>
            {['taken from', 'succeeded', 'rejected', 'failed', 'open'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map(({ startsAt, succeeded, rejected, failed, open }) => (
            <tr key={startsAt}>
              <th scope="row">{formatInstant(new Date(startsAt).toISOString(), now)}</th>
              <td>{succeeded}</td>
              <td>{rejected}</td>
              <td>{failed}</td>
              <td>{open}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function LatencyTable({ points }: { readonly points: readonly LatencyPoint[] }) {
  const now = Date.now();
  return (
    <details>
      <summary>The same as a table</summary>
      <table class="plain">
        <thead>
          <tr>
            {['order taken', 'found after', 'undone after'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map(({ at, detectedAfterMs, recoveredAfterMs }, index) => (
            <tr key={index}>
              <th scope="row">{formatInstant(new Date(at).toISOString(), now)}</th>
              <td>{formatDuration(detectedAfterMs)}</td>
              <td>{recoveredAfterMs === undefined ? '–' : formatDuration(recoveredAfterMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

import { describe, expect, it } from 'vitest';
import { MAX_SERIES, MAX_TIMES } from '../../../platform/metric-collection.ts';
import { MetricsEmitter } from '../../../platform/metrics-emitter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { emfProblems } from './emf-schema.ts';

const MINUTE_MS = 60_000;

function theEmitter({ startedAt = Date.UTC(2026, 0, 1), random = (): number => 0.5 } = {}) {
  const clock = new FakeClock(startedAt);
  const lines: string[] = [];
  const metrics = new MetricsEmitter({
    stackName: 'orders',
    heartbeat: 'Heartbeat',
    clock,
    destination: { write: (line) => lines.push(line) },
    random,
  });
  const stop = new AbortController();
  const running = metrics.run(stop.signal);
  /** What was written since the last time. */
  const written = () =>
    lines.splice(0).map((line) => {
      expect(line.endsWith('\n')).toBe(true);
      expect(emfProblems(line)).toEqual([]);
      return JSON.parse(line) as Readonly<Record<string, unknown>> & { readonly _aws: { readonly Timestamp: number } };
    });
  const end = async () => {
    stop.abort();
    await running;
  };
  return { metrics, clock, written, end };
}

describe('metrics of a process', () => {
  it('say that it runs once in every minute in which nothing happens', async () => {
    const { clock, written, end } = theEmitter();
    await clock.advance(3 * MINUTE_MS);
    const documents = written();
    expect(documents.map(({ Heartbeat, Stack }) => [Heartbeat, Stack])).toEqual(Array(3).fill([1, 'orders']));
    await end();
  });

  it.each([0, 1, 29_999, 30_000, 30_001, 59_999])(
    'leave no minute without a heartbeat when it starts %i ms into one',
    async (offsetMs) => {
      const { clock, written, end } = theEmitter({ startedAt: Date.UTC(2026, 0, 1) + offsetMs });
      await clock.advance(5 * MINUTE_MS);
      const minutes = written().map(({ _aws }) => Math.floor(_aws.Timestamp / MINUTE_MS));
      expect(minutes.map((minute) => minute - (minutes[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
      await end();
    },
  );

  it('are silent at the start: a process that dies again and again must not look alive', async () => {
    const { clock, written, end } = theEmitter();
    await clock.advance(29_999);
    expect(written()).toEqual([]);
    await end();
  });

  it('add counters up and begin again from nothing each minute', async () => {
    const { metrics, clock, written, end } = theEmitter();
    metrics.count('OrdersAccepted');
    metrics.count('OrdersAccepted', 4);
    await clock.advance(MINUTE_MS);
    expect(written()).toMatchObject([{ OrdersAccepted: 5, Heartbeat: 1 }]);
    await clock.advance(MINUTE_MS);
    expect(written().flatMap((document) => Object.keys(document))).not.toContain('OrdersAccepted');
    await end();
  });

  it('read a gauge when they are written, and leave out one that has no value', async () => {
    const { metrics, clock, written, end } = theEmitter();
    const lag: { ms: number | undefined } = { ms: undefined };
    metrics.gauge('WatermarkLag', 'Milliseconds', () => lag.ms);
    await clock.advance(MINUTE_MS);
    expect(written().flatMap((document) => Object.keys(document))).not.toContain('WatermarkLag');
    lag.ms = 800;
    await clock.advance(MINUTE_MS);
    expect(written()).toMatchObject([{ WatermarkLag: 800 }]);
    lag.ms = Number.NaN;
    await clock.advance(MINUTE_MS);
    expect(written()).toMatchObject([{ Heartbeat: 1 }]);
    await end();
  });

  it('write what is left when the process ends, without saying that it runs', async () => {
    const { metrics, written, end } = theEmitter();
    metrics.count('OrdersAccepted');
    await end();
    metrics.writeRest();
    const [document, ...others] = written();
    expect(others).toEqual([]);
    expect(document).toMatchObject({ OrdersAccepted: 1 });
    expect(document).not.toHaveProperty('Heartbeat');
    metrics.writeRest();
    expect(written()).toEqual([]);
  });

  it('take evidence from a clock ahead of ours for evidence of now, and no time for none', async () => {
    const { metrics, written, end } = theEmitter();
    for (const ms of [-300, 12.4, Number.NaN, Number.POSITIVE_INFINITY]) metrics.duration('Latency', ms);
    await end();
    metrics.writeRest();
    expect(written()).toMatchObject([{ Latency: [0, 12] }]);
  });
});

describe('more measurements than are kept', () => {
  it('leave an even sample of the times, and the number of those that are missing', async () => {
    let drawn = 0;
    // Every place of everything seen so far in turn.
    const { metrics, written, end } = theEmitter({ random: () => ((drawn += 7) % 1000) / 1000 });
    for (let n = 0; n < 4 * MAX_TIMES; n += 1) metrics.duration('Latency', n);
    await end();
    metrics.writeRest();
    const documents = written();
    const kept = documents.flatMap(({ Latency }) => (Latency ?? []) as number[]);
    expect(kept).toHaveLength(MAX_TIMES);
    // The median of 0 to 3999, within a tenth.
    const median = kept.toSorted((a, b) => a - b)[MAX_TIMES / 2] ?? 0;
    expect(Math.abs(median - 2 * MAX_TIMES)).toBeLessThan(MAX_TIMES / 5);
    expect(documents.map(({ DroppedMetricValues }) => DroppedMetricValues ?? 0)).toContain(3 * MAX_TIMES);
  });

  it('leave no more series than the limit, whatever became a dimension', async () => {
    const { metrics, written, end } = theEmitter();
    for (let n = 0; n < MAX_SERIES + 50; n += 1) metrics.count('Faults', 1, { name: 'FailureKind', value: `K${n}` });
    await end();
    metrics.writeRest();
    const documents = written();
    expect(documents.filter(({ Faults }) => Faults === 1)).toHaveLength(MAX_SERIES);
    expect(documents).toContainEqual(expect.objectContaining({ DroppedMetricValues: 50 }));
  });
});

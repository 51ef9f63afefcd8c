import { describe, expect, it } from 'vitest';
import { IncidentWatch } from '../../../monitor/incident-watch.ts';
import { MONITOR_METRICS } from '../../../monitor/metric-names.ts';
import { failureKey } from '../../../workflow/failure-index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { T0 } from '../workflow/builders.ts';
import { someFailures, type SomeFailuresOptions } from '../workflow/some-failures.ts';

function theWatch() {
  const clock = new FakeClock(T0);
  const { s3, stateStorage } = memoryStores();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const watch = new IncidentWatch({ stateStorage, clock, logger, metrics });
  const fail = (seconds: readonly number[], options?: SomeFailuresOptions) => {
    for (const failure of someFailures(seconds, options)) s3.place(STATE_STORAGE_BUCKET, failureKey(failure), {});
  };
  const open = () => metrics.gauges.get(MONITOR_METRICS.openIncidents)?.read();
  return { watch, clock, s3, logger, fail, open };
}

describe('the monitor, of incidents', () => {
  it('counts those that are open, and none of them twice', async () => {
    const { watch, clock, fail, open } = theWatch();
    fail([0, 1, 2, 3, 4, 5, 6, 7]);
    fail([0, 1, 2, 3, 4], { n: 1, step: 'reserve' });
    fail([0, 1], { n: 2, failure: { kind: 'TYPE_ERROR' } });
    await clock.advance(10_000);
    await watch.look();
    expect(open()).toBe(2);
    await clock.advance(700_000);
    await watch.look();
    expect(open()).toBe(0);
  });

  it('says once that one has opened, with its cause, and again only when there is another', async () => {
    const { watch, clock, fail, logger } = theWatch();
    fail([0, 1, 2, 3, 4], { failure: { kind: 'ACCESS_DENIED', error: 'AccessDenied' } });
    for (let n = 0; n < 3; n += 1) {
      await clock.advance(10_000);
      await watch.look();
    }
    expect(logger.events).toMatchObject([
      { message: 'incident opened', fields: { step: 'pay', kind: 'ACCESS_DENIED', cause: 'permission', count: 5 } },
    ]);
    await clock.advance(1_000_000);
    await watch.look();
    fail([1100, 1101, 1102, 1103, 1104], { n: 1, failure: { kind: 'ACCESS_DENIED', error: 'AccessDenied' } });
    await clock.advance(100_000);
    await watch.look();
    expect(logger.events).toHaveLength(2);
  });

  it('gives no number while it cannot look, and goes on', async () => {
    const { watch, clock, s3, fail, open, logger } = theWatch();
    fail([0, 1, 2, 3, 4]);
    await clock.advance(10_000);
    await watch.look();
    s3.fail('unavailable', { operation: 'ListObjectsV2' });
    const stop = new AbortController();
    const running = watch.run(stop.signal);
    await clock.untilSleeping(1);
    expect(open()).toBeUndefined();
    expect(logger.events.at(-1)).toMatchObject({ level: 'warn', message: 'failures could not be listed' });
    await clock.advance(60_000);
    await clock.untilSleeping(1);
    expect(open()).toBe(1);
    stop.abort(new Error('over'));
    await running;
  });
});

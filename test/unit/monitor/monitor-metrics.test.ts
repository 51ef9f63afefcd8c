import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MONITOR_METRICS } from '../../../monitor/metric-names.ts';
import { Monitor } from '../../../monitor/monitor.ts';
import { USUAL_RATES } from '../../../monitor/queue/work-pace.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { awsError, PagedLogGroup } from './log/a-paged-log-group.ts';
import { acceptingLambda, anOrder, aSuccess, DEADLINE_MS, DEFINITION, STEP_FUNCTIONS } from './builders.ts';

const MINUTE_MS = 60_000;
/** For as long as a test wants. */
const ALWAYS = { times: 100_000 };

/** A monitor that has run for a minute, and what its gauges say. */
async function aRunningMonitor() {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const metrics = new RecordingMetrics();
  let queueError: Error | undefined;
  const sqs = {
    send: (_command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
      queueError === undefined ? clock.sleep(20_000, abortSignal).then(() => ({})) : Promise.reject(queueError),
  } as unknown as SQSClient;
  const monitor = new Monitor({
    definition: DEFINITION,
    handlers: [],
    store,
    logs: new PagedLogGroup({ clock }).client,
    lambda: acceptingLambda().client,
    sqs,
    failedEventsQueueUrl: 'https://sqs/1/failed',
    logGroup: 'steps',
    stepFunctions: STEP_FUNCTIONS,
    evidenceSlackMs: 120_000,
    horizonMs: 86_400_000,
    logPaceMs: 400,
    rates: USUAL_RATES,
    logQuotaPerSecond: 10,
    clock,
    logger: new RecordingLogger(),
    metrics,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const running = monitor.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  await clock.advance(MINUTE_MS);
  const gauge = (name: string) => metrics.gauges.get(name)?.read() ?? Number.NaN;
  return {
    clock,
    s3,
    metrics,
    refuseQueue: (error: Error | undefined) => (queueError = error),
    sweepLag: () => gauge(MONITOR_METRICS.sweepLag),
    failedEventsLag: () => gauge(MONITOR_METRICS.failedEventsLag),
    watermarkLag: () => gauge(MONITOR_METRICS.watermarkLag),
    looksFailing: () => gauge(MONITOR_METRICS.looksFailing),
  };
}

describe('what the monitor measures of its own work', () => {
  it('is little while everything answers', async () => {
    const { clock, sweepLag, failedEventsLag, looksFailing } = await aRunningMonitor();
    for (let n = 0; n < 20; n += 1) {
      await clock.advance(7_000);
      expect(sweepLag()).toBeLessThanOrEqual(30_000);
      expect(failedEventsLag()).toBeLessThanOrEqual(20_000);
      expect(looksFailing()).toBe(0);
    }
  });

  it.each([
    ['orders', APP_STORE_BUCKET],
    ['facts', STATE_STORAGE_BUCKET],
  ])(
    'is a lag of the sweep that grows while the bucket of %s may not be listed, though the log is read',
    async (_, bucket) => {
      const { clock, s3, sweepLag, watermarkLag } = await aRunningMonitor();
      s3.fail('denied', { bucket, operation: 'ListObjectsV2', ...ALWAYS });
      await clock.advance(10 * MINUTE_MS);
      expect(sweepLag()).toBeGreaterThan(9 * MINUTE_MS);
      expect(watermarkLag()).toBeLessThan(MINUTE_MS);
      s3.heal();
      await clock.advance(MINUTE_MS);
      expect(sweepLag()).toBeLessThanOrEqual(MINUTE_MS);
    },
  );

  it('is a lag of the failed events that grows while their queue cannot be read', async () => {
    const { clock, refuseQueue, failedEventsLag, sweepLag } = await aRunningMonitor();
    refuseQueue(awsError('AccessDenied'));
    await clock.advance(5 * MINUTE_MS);
    expect(failedEventsLag()).toBeGreaterThan(4 * MINUTE_MS);
    expect(sweepLag()).toBeLessThanOrEqual(30_000);
    refuseQueue(undefined);
    await clock.advance(MINUTE_MS);
    expect(failedEventsLag()).toBeLessThanOrEqual(20_000);
  });

  it('is how many executions it cannot look at, though the sweep passes', async () => {
    const { clock, s3, sweepLag, looksFailing } = await aRunningMonitor();
    for (const n of [1, 2]) {
      const executionId = anExecutionId({ at: clock.now(), n });
      s3.place(APP_STORE_BUCKET, orderKey(executionId), anOrder({ executionId }));
      s3.place(
        STATE_STORAGE_BUCKET,
        stepRecordKey(executionId, 'confirm-order'),
        aSuccess('confirm-order', executionId),
      );
    }
    s3.fail('denied', { bucket: STATE_STORAGE_BUCKET, operation: 'GetObject', ...ALWAYS });
    await clock.advance(DEADLINE_MS + 10 * MINUTE_MS);
    expect(looksFailing()).toBe(2);
    expect(sweepLag()).toBeLessThanOrEqual(30_000);
    s3.heal();
    // The longest pause between two looks that fail.
    await clock.advance(10 * MINUTE_MS);
    expect(looksFailing()).toBe(0);
  });
});

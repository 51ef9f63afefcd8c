import { describe, expect, it } from 'vitest';
import { ExecutionEnds } from '../../../../monitor/sweep/execution-ends.ts';
import { Sweep } from '../../../../monitor/sweep/sweep.ts';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import { SweepProgressStore } from '../../../../monitor/sweep/sweep-progress.ts';
import { WorkRecord } from '../../../../monitor/work-record.ts';
import type { WorkflowDefinition } from '../../../../workflow/definition.ts';
import {
  barredKey,
  confirmationKey,
  orderKey,
  recoveryKey,
  recoveryRequestKey,
  stepRecordKey,
  SWEEP_KEY,
} from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { anExecutionId } from '../../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { aFailedRecord, anOrder, aSuccess, DEADLINE_MS, DEFINITION, TIMING } from '../builders.ts';

const HORIZON_MS = 86_400_000;

/** The booking, with functions that write no record for these steps. */
function adopting(...adopted: readonly string[]): WorkflowDefinition {
  return {
    ...DEFINITION,
    steps: DEFINITION.steps.map((step) =>
      adopted.includes(step.name)
        ? { ...step, result: { store: 'appStore', key: `${step.name}/{executionId}.txt` } }
        : step,
    ),
  };
}

function theSweep({ definition = DEFINITION } = {}) {
  const clock = new FakeClock();
  const { s3, store, stateStorage } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const suspects: string[] = [];
  const expected = new Set<string>();
  const metrics = new RecordingMetrics();
  const record = new WorkRecord();
  const aSweep = () =>
    new Sweep({
      store,
      ends: new ExecutionEnds({ store, definition }),
      progress: new SweepProgressStore(stateStorage),
      definition,
      timing: TIMING,
      horizonMs: HORIZON_MS,
      clock,
      logger: new RecordingLogger(),
      metrics,
      record,
      onSuspect: (executionId) => suspects.push(executionId),
      isExpected: (executionId) => expected.has(executionId),
    });
  let orders = 0;
  /** An order of this instant, with records for its steps. */
  const place = (...records: ('SUCCEEDED' | 'FAILED')[]) => {
    const executionId = anExecutionId({ at: clock.now(), n: (orders += 1) });
    s3.place(APP_STORE_BUCKET, orderKey(executionId), anOrder({ executionId }));
    for (const [index, status] of records.entries()) {
      const step = DEFINITION.steps[index]?.name ?? '';
      s3.place(
        STATE_STORAGE_BUCKET,
        stepRecordKey(executionId, step),
        status === 'SUCCEEDED' ? aSuccess(step, executionId) : aFailedRecord(step, {}, executionId),
      );
    }
    return executionId;
  };
  const recovered = (executionId: string) => s3.place(STATE_STORAGE_BUCKET, recoveryKey(executionId), {});
  const through = () => (s3.json(STATE_STORAGE_BUCKET, SWEEP_KEY) as { through: string } | undefined)?.through;
  const reads = () => s3.counts({ operation: 'GetObject', key: /payment/ }).GetObject ?? 0;
  return { sweep: aSweep(), aSweep, clock, s3, suspects, expected, metrics, record, place, recovered, through, reads };
}

describe('the sweep of functions that write no record', () => {
  it('reads nothing of an execution that waits for a look anyway, however often it passes', async () => {
    const { sweep, clock, suspects, expected, place, reads } = theSweep();
    const waiting = place('SUCCEEDED', 'FAILED');
    expected.add(waiting);
    await clock.advance(DEADLINE_MS);
    for (let pass = 0; pass < 3; pass += 1) await sweep.pass();
    expect([reads(), suspects]).toEqual([0, []]);
    expected.delete(waiting);
    await sweep.pass();
    expect([reads(), suspects]).toEqual([1, [waiting]]);
  });

  it('asks for a look as soon as there may be a result, and finds nothing wrong', async () => {
    const { sweep, clock, suspects, metrics, place } = theSweep({ definition: adopting('payment') });
    place('SUCCEEDED', 'SUCCEEDED');
    const running = place('SUCCEEDED');
    await clock.advance(499);
    await sweep.pass();
    expect(suspects).toEqual([]);
    await clock.advance(1);
    await sweep.pass();
    expect(suspects).toEqual([running]);
    expect(metrics.total(MONITOR_METRICS.sweepFindings)).toBe(0);
  });

  it('asks for no look while one is planned', async () => {
    const { sweep, clock, suspects, expected, place } = theSweep({ definition: adopting('payment') });
    expected.add(place('SUCCEEDED'));
    await clock.advance(500);
    await sweep.pass();
    expect(suspects).toEqual([]);
  });

  it('asks for no look before the step has been triggered', async () => {
    const { sweep, clock, suspects, place } = theSweep({ definition: adopting('payment') });
    place();
    await clock.advance(DEADLINE_MS - 1);
    await sweep.pass();
    expect(suspects).toEqual([]);
  });

  it('begins with the order where the first function is such a one', async () => {
    const { sweep, clock, suspects, place } = theSweep({ definition: adopting('confirm-order') });
    const running = place();
    place('SUCCEEDED');
    await clock.advance(500);
    await sweep.pass();
    expect(suspects).toEqual([running]);
  });

  it('is three times as often as where every success is written down, and bounded', () => {
    const timing = (evidenceSlackMs: number) => ({ ...TIMING, evidenceSlackMs });
    expect(Sweep.intervalMs(DEFINITION, timing(120_000))).toBe(30_000);
    expect(Sweep.intervalMs(adopting('payment'), timing(120_000))).toBe(10_000);
    expect(Sweep.intervalMs(adopting('payment'), timing(1000))).toBe(500);
  });
});

describe('the sweep', () => {
  it('is not put off by evidence that comes late, nor by a request for recovery', async () => {
    const { sweep, clock, s3, suspects, place } = theSweep();
    const open = place();
    await clock.advance(DEADLINE_MS - 1000);
    s3.place(STATE_STORAGE_BUCKET, confirmationKey(open, 'confirm-order', 1, 'log'), {});
    s3.place(STATE_STORAGE_BUCKET, barredKey(open, 'confirm-order', 1), {});
    s3.place(STATE_STORAGE_BUCKET, recoveryRequestKey(open, 1), {});
    await clock.advance(1000);
    await sweep.pass();
    expect(suspects).toEqual([open]);
  });

  it('suspects an order without any record once its time is up, and not before', async () => {
    const { sweep, clock, suspects, metrics, place } = theSweep();
    const lost = place();
    await clock.advance(DEADLINE_MS - 1);
    await sweep.pass();
    expect(suspects).toEqual([]);
    await clock.advance(1);
    await sweep.pass();
    expect(suspects).toEqual([lost]);
    expect(metrics.total(MONITOR_METRICS.sweepFindings)).toBe(1);
  });

  it('suspects a failure that nobody has recovered, and no success', async () => {
    const { sweep, clock, suspects, place, recovered } = theSweep();
    place('SUCCEEDED', 'SUCCEEDED');
    const failed = place('SUCCEEDED', 'FAILED');
    const failedFirst = place('FAILED');
    recovered(place('SUCCEEDED', 'FAILED'));
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(suspects.sort()).toEqual([failed, failedFirst]);
  });

  it('leaves an execution alone that is being looked at or waited for', async () => {
    const { sweep, clock, suspects, expected, place } = theSweep();
    expected.add(place());
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(suspects).toEqual([]);
  });

  it('reads each record once, raises its mark over what has ended, and begins there after a restart', async () => {
    const { sweep, aSweep, clock, place, recovered, through, reads, suspects } = theSweep();
    place('SUCCEEDED', 'SUCCEEDED');
    const failed = place('SUCCEEDED', 'FAILED');
    recovered(failed);
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    await sweep.pass();
    expect(through()).toBe(failed);
    await aSweep().pass();
    expect(reads()).toBe(1);
    expect(suspects).toEqual([]);
  });

  it('does not raise its mark over an open execution, and finds it after a restart', async () => {
    const { sweep, aSweep, clock, suspects, place } = theSweep();
    place('SUCCEEDED', 'SUCCEEDED');
    const open = place('SUCCEEDED');
    place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    await aSweep().pass();
    expect(suspects).toEqual([open, open]);
  });

  it('is not held back by an execution that stays open for long, and does not forget it', async () => {
    const { sweep, aSweep, clock, suspects, place, through } = theSweep();
    const stuck = place('SUCCEEDED');
    await clock.advance(3_600_000);
    const later = place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(through()).toBe(later);
    suspects.length = 0;
    await aSweep().pass();
    expect(suspects).toEqual([stuck]);
  });

  it('finds an order that appeared behind its mark in a full pass', async () => {
    const { sweep, clock, s3, suspects, place } = theSweep();
    const early = anExecutionId({ at: clock.now(), n: 999 });
    await clock.advance(1);
    place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    s3.place(APP_STORE_BUCKET, orderKey(early), anOrder({ executionId: early }));
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(suspects).toEqual([]);
    const full = sweep.fullPass(new AbortController().signal);
    await clock.untilSleeping();
    await clock.advance(1000);
    await full;
    expect(suspects).toEqual([early]);
  });

  it('does not touch an order so old that its facts may have expired', async () => {
    const { sweep, clock, suspects, place } = theSweep();
    place();
    await clock.advance(HORIZON_MS + 1000);
    await sweep.pass();
    expect(suspects).toEqual([]);
  });

  it('judges by S3’s time, not by the clock inside an id', async () => {
    const { sweep, clock, s3, suspects } = theSweep();
    const slow = anExecutionId({ at: clock.now() - 60_000, n: 1 });
    s3.place(APP_STORE_BUCKET, orderKey(slow), anOrder({ executionId: slow }));
    await sweep.pass();
    expect(suspects).toEqual([]);
  });

  it('looks at what it could not read instead of taking it for ended', async () => {
    const { sweep, clock, s3, suspects, place } = theSweep();
    const executionId = place('SUCCEEDED', 'SUCCEEDED');
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'payment'), 'not JSON');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(suspects).toEqual([executionId]);
  });

  it('lags when its full passes fail for half a day, though it passes, until one ends', async () => {
    const { sweep, clock, s3, record } = theSweep();
    const HOUR_MS = 3_600_000;
    const passAfter = async (hours: number) => {
      await clock.advance(hours * HOUR_MS);
      await sweep.pass();
      record.done(clock.now());
    };
    const fullPass = () => sweep.fullPass(new AbortController().signal);
    await passAfter(0);
    await passAfter(12);
    expect(sweep.lagMs()).toBe(0);
    await passAfter(1);
    s3.fail('denied', { operation: 'ListObjectsV2', times: 2 });
    await expect(fullPass()).rejects.toThrow('AccessDenied');
    expect(sweep.lagMs()).toBe(HOUR_MS);
    s3.heal();
    await fullPass();
    expect(sweep.lagMs()).toBe(0);
  });

  it('keeps a failure that a full pass found, so that a restart before its recovery does not lose it', async () => {
    const { sweep, aSweep, clock, s3, suspects, place } = theSweep();
    const early = anExecutionId({ at: clock.now(), n: 999 });
    await clock.advance(1);
    place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    s3.place(APP_STORE_BUCKET, orderKey(early), anOrder({ executionId: early }));
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(early, 'payment'), aFailedRecord('payment', {}, early));
    const full = sweep.fullPass(new AbortController().signal);
    await clock.untilSleeping();
    await clock.advance(1000);
    await full;
    expect(suspects).toEqual([early]);
    await aSweep().pass();
    expect(suspects).toEqual([early, early]);
  });

  it('keeps what is stuck however many full passes read its records, for the next monitor to look at', async () => {
    const { sweep, aSweep, clock, suspects, expected, place, through } = theSweep();
    const stuck = place('SUCCEEDED', 'FAILED');
    expected.add(stuck);
    await clock.advance(3_600_000);
    const later = place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(through()).toBe(later);
    for (let passes = 0; passes < 3; passes += 1) {
      const full = sweep.fullPass(new AbortController().signal);
      await clock.untilSleeping();
      await clock.advance(3_600_000);
      await full;
      await sweep.pass();
    }
    expect(suspects).toEqual([]);
    expected.clear();
    await aSweep().pass();
    expect(suspects).toEqual([stuck]);
  });

  it('starts over when its own mark cannot be read, and writes it anew', async () => {
    const { sweep, clock, s3, suspects, place, through } = theSweep();
    s3.place(STATE_STORAGE_BUCKET, SWEEP_KEY, 'not JSON');
    const ended = place('SUCCEEDED', 'SUCCEEDED');
    await clock.advance(DEADLINE_MS);
    await sweep.pass();
    expect(through()).toBe(ended);
    expect(suspects).toEqual([]);
  });
});

describe('what is known of the sweep', () => {
  it('is what the last pass failed of, until one succeeds', async () => {
    const { sweep, clock, s3, record } = theSweep();
    s3.fail('no-such-bucket', { bucket: APP_STORE_BUCKET });
    const stop = new AbortController();
    const running = sweep.run(stop.signal);
    await clock.untilSleeping(2);
    expect(record.facts).toMatchObject({
      doneAt: undefined,
      failuresInARow: 1,
      lastError: 'could not list orders/ in bucket app-store: NoSuchBucket',
    });
    await clock.advance(1000);
    expect(record.facts).toEqual({ doneAt: clock.now(), failuresInARow: 0, lastError: undefined });
    stop.abort();
    await running;
  });
});

describe('the pauses of the sweep', () => {
  it('are as long as four passes at least, so that a long backlog is not all that is looked at', async () => {
    const { sweep, clock, s3, place } = theSweep();
    place();
    const passes: number[] = [];
    s3.onCall = async ({ operation, bucket }) => {
      if (operation !== 'ListObjectsV2' || bucket !== APP_STORE_BUCKET) return undefined;
      passes.push(clock.now());
      await clock.sleep(2_000);
      return undefined;
    };
    const stop = new AbortController();
    const running = sweep.run(stop.signal);
    await clock.advance(29_000);
    stop.abort();
    await running;
    expect(passes.map((at) => at - (passes[0] ?? 0))).toEqual([0, 10_000, 20_000]);
  });
});

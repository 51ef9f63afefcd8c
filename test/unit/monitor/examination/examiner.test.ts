import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  orderKey,
  quarantineKey,
  recoveryKey,
  stepRecordKey,
} from '../../../../workflow/keys.ts';
import type { MemoryS3 } from '../../../support/memory-s3.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { theExaminer } from './an-examiner.ts';
import { aFailedRecord, aFailure, anOrder, aSuccess, DEADLINE_MS, EXECUTION } from '../builders.ts';

const timeout = { step: 'payment', failure: aFailure() };
const typeError = { step: 'payment', failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' }) };
const fact = (s3: MemoryS3, key: string) => s3.json(STATE_STORAGE_BUCKET, key);

describe('looking at an execution', () => {
  it('claims the next attempt for a transient failure, and invokes when its time has come', async () => {
    const { examiner, clock, s3, lambda, looks, placeConfirmed } = theExaminer();
    placeConfirmed();
    expect(await examiner.examine(EXECUTION, [timeout])).toBe('open');
    expect(fact(s3, attemptClaimKey(EXECUTION, 'payment', 2))).toMatchObject({
      because: { kind: 'TIMEOUT' },
      invokeAt: clock.now() + 500,
    });
    expect(lambda.invoked()).toEqual([]);
    expect(looks).toEqual([{ executionId: EXECUTION, at: clock.now() + 500 }]);
    await clock.advance(500);
    await examiner.examine(EXECUTION, []);
    expect(lambda.invoked()).toMatchObject([
      {
        functionName: 'payment-function',
        type: 'Event',
        payload: { attempt: 2, Records: [{ s3: { object: { key: stepRecordKey(EXECUTION, 'confirm-order') } } }] },
      },
    ]);
    expect(fact(s3, attemptInvokedKey(EXECUTION, 'payment', 2))).toMatchObject({
      requestId: '00000000-0000-4000-8000-000000000001',
    });
  });

  it('puts an invocation off that the pace does not allow, and makes it at a later look', async () => {
    const pauses = [700, 0];
    const { examiner, clock, lambda, looks, placeConfirmed } = theExaminer({
      invocationPauseMs: () => pauses.shift() ?? 0,
    });
    placeConfirmed();
    await examiner.examine(EXECUTION, [timeout]);
    await clock.advance(500);
    expect(await examiner.examine(EXECUTION, [])).toBe('open');
    expect(lambda.invoked()).toEqual([]);
    expect(looks.at(-1)).toEqual({ executionId: EXECUTION, at: clock.now() + 700 });
    await clock.advance(700);
    await examiner.examine(EXECUTION, []);
    expect(lambda.invoked().map(({ payload }) => payload.attempt)).toEqual([2]);
  });

  it('fails the step at once for a permanent failure and recovers, last step first', async () => {
    const { examiner, s3, undone, placeConfirmed } = theExaminer();
    placeConfirmed();
    expect(await examiner.examine(EXECUTION, [typeError])).toBe('ended');
    expect(fact(s3, stepRecordKey(EXECUTION, 'payment'))).toMatchObject({
      status: 'FAILED',
      writtenBy: 'recovery',
      failure: { kind: 'TYPE_ERROR' },
    });
    expect(undone).toEqual(['payment', 'confirm-order']);
    expect(fact(s3, recoveryKey(EXECUTION))).toMatchObject({ failedStep: 'payment' });
  });

  it('still does what is due by time when a report was no news', async () => {
    const { examiner, s3, clock, placeConfirmed } = theExaminer();
    placeConfirmed();
    await clock.advance(DEADLINE_MS + 1_000);
    const stale = { ...typeError, failure: { ...typeError.failure, attempt: 9 } };
    await examiner.examine(EXECUTION, [stale]);
    expect(s3.keys(STATE_STORAGE_BUCKET)).toContain(attemptClaimKey(EXECUTION, 'payment', 2));
  });

  it('undoes nothing when the step succeeded before it was failed', async () => {
    const { examiner, s3, undone, placeConfirmed, placeFact } = theExaminer();
    placeConfirmed();
    s3.before({ operation: 'PutObject', key: stepRecordKey(EXECUTION, 'payment') }, () =>
      placeFact(stepRecordKey(EXECUTION, 'payment'), aSuccess('payment')),
    );
    expect(await examiner.examine(EXECUTION, [typeError])).toBe('ended');
    expect(undone).toEqual([]);
    expect(s3.keys(STATE_STORAGE_BUCKET)).not.toContain(recoveryKey(EXECUTION));
  });

  it('recovers an execution that its own function rejected', async () => {
    const { examiner, s3, undone, placeOrder, placeFact } = theExaminer();
    placeOrder();
    placeFact(
      stepRecordKey(EXECUTION, 'confirm-order'),
      aFailedRecord('confirm-order', { kind: 'REJECTED', error: 'SoldOut', signal: 'function' }),
    );
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(undone).toEqual(['confirm-order']);
    expect(fact(s3, recoveryKey(EXECUTION))).toBeDefined();
  });

  it('waits for the deadline when nothing is said, invokes again then, and gives up once attempts are spent', async () => {
    const { examiner, clock, s3, lambda, placeConfirmed } = theExaminer();
    placeConfirmed();
    await clock.advance(DEADLINE_MS - 1);
    await examiner.examine(EXECUTION, []);
    expect(s3.keys(STATE_STORAGE_BUCKET)).toHaveLength(1);
    for (let step = 0; step < 20; step += 1) {
      await clock.advance(DEADLINE_MS);
      await examiner.examine(EXECUTION, []);
    }
    expect(lambda.invoked().map(({ payload }) => payload.attempt)).toEqual([2, 3]);
    expect(fact(s3, stepRecordKey(EXECUTION, 'payment'))).toMatchObject({
      status: 'FAILED',
      failure: { kind: 'NO_EVIDENCE', attempt: 3, signal: 'deadline' },
    });
  });

  it('takes a late signal of an earlier attempt for evidence, not for news', async () => {
    const { examiner, s3, placeConfirmed } = theExaminer();
    placeConfirmed();
    await examiner.examine(EXECUTION, [timeout]);
    await examiner.examine(EXECUTION, [typeError]);
    expect(fact(s3, stepRecordKey(EXECUTION, 'payment'))).toBeUndefined();
    expect(s3.keys(STATE_STORAGE_BUCKET)).not.toContain(attemptClaimKey(EXECUTION, 'payment', 3));
  });

  it('claims the next attempt when Lambda does not take the event, and fails when it never will', async () => {
    const { examiner, clock, s3, lambda, placeConfirmed } = theExaminer();
    lambda.mock
      .on(InvokeCommand)
      .rejectsOnce(
        Object.assign(new Error('slow down'), { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } }),
      )
      .rejects(
        Object.assign(new Error('no such function'), {
          name: 'ResourceNotFoundException',
          $metadata: { httpStatusCode: 404 },
        }),
      );
    placeConfirmed();
    await examiner.examine(EXECUTION, [timeout]);
    await clock.advance(500);
    await examiner.examine(EXECUTION, []);
    expect(fact(s3, attemptClaimKey(EXECUTION, 'payment', 3))).toMatchObject({
      because: { kind: 'THROTTLED', signal: 'invocation' },
    });
    await clock.advance(10_000);
    await examiner.examine(EXECUTION, []);
    expect(fact(s3, stepRecordKey(EXECUTION, 'payment'))).toMatchObject({
      failure: { kind: 'INVOCATION_ERROR', error: 'ResourceNotFoundException' },
    });
  });

  it('lets two monitors look at one failure and claims one attempt', async () => {
    const { anExaminer, s3, placeConfirmed } = theExaminer();
    placeConfirmed();
    await Promise.all([anExaminer().examine(EXECUTION, [timeout]), anExaminer().examine(EXECUTION, [timeout])]);
    expect(s3.keys(STATE_STORAGE_BUCKET).filter((key) => key.includes('attempt'))).toEqual([
      attemptClaimKey(EXECUTION, 'payment', 2),
    ]);
  });

  it('sets an execution aside that cannot be read, once, and says so', async () => {
    const { examiner, s3, logger, placeOrder, placeFact } = theExaminer();
    placeOrder();
    placeFact(stepRecordKey(EXECUTION, 'confirm-order'), 'not JSON');
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(fact(s3, quarantineKey(EXECUTION))).toMatchObject({ executionId: EXECUTION });
    expect(logger.events.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('does not act on an order of a version it does not know', async () => {
    const { examiner, clock, s3, lambda } = theExaminer();
    s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder({ workflow: { name: 'booking', version: 2 } }));
    await clock.advance(3_600_000);
    expect(await examiner.examine(EXECUTION, [typeError])).toBe('not-ours');
    expect(lambda.invoked()).toEqual([]);
    expect(s3.keys(STATE_STORAGE_BUCKET)).toEqual([]);
  });

  it.each(Array.from({ length: 12 }, (_, call) => call))(
    'ends the same after dying at write %i of a failure and its recovery',
    async (skip) => {
      const { anExaminer, s3, undone, placeConfirmed } = theExaminer();
      placeConfirmed();
      s3.fail('unavailable', { operation: 'PutObject', skip });
      await anExaminer()
        .examine(EXECUTION, [typeError])
        .catch(() => 'died');
      await anExaminer().examine(EXECUTION, [typeError]);
      expect(fact(s3, recoveryKey(EXECUTION))).toMatchObject({
        actions: [{ step: 'payment' }, { step: 'confirm-order' }],
      });
      expect(undone.slice(-2)).toEqual(['payment', 'confirm-order']);
    },
  );
});

describe('what a look counts', () => {
  const detected = aFailure().detectedAt;
  const seen = (signal: string, value: number) => ({
    name: MONITOR_METRICS.detectionLatency,
    value,
    dimension: { name: 'Signal', value: signal },
  });

  it('is one claimed attempt and the age of its evidence, when two monitors judge the same failure', async () => {
    const { anExaminer, placeConfirmed, metrics } = theExaminer();
    placeConfirmed();
    const failures = [{ ...timeout, evidenceAt: detected - 400 }];
    await Promise.all([anExaminer(), anExaminer()].map((examiner) => examiner.examine(EXECUTION, failures)));
    expect(metrics.total(MONITOR_METRICS.attemptsClaimed)).toBe(1);
    expect(metrics.durations).toEqual([seen('log', 400)]);
  });

  it('is the age of the evidence once, when two monitors fail a step and read its lines again', async () => {
    const { anExaminer, placeConfirmed, metrics } = theExaminer();
    placeConfirmed();
    const failures = [{ ...typeError, evidenceAt: detected - 400 }];
    for (let n = 0; n < 2; n += 1)
      await Promise.all([anExaminer(), anExaminer()].map((examiner) => examiner.examine(EXECUTION, failures)));
    expect(metrics.durations.filter(({ name }) => name === MONITOR_METRICS.detectionLatency)).toEqual([
      seen('log', 400),
    ]);
  });

  it('is one failure found by the signal that was first, for whichever of two monitors wrote it down', async () => {
    const { anExaminer, placeConfirmed } = theExaminer();
    placeConfirmed();
    const both = [anExaminer(), anExaminer()];
    for (let n = 0; n < 2; n += 1) await Promise.all(both.map((examiner) => examiner.examine(EXECUTION, [typeError])));
    const found = both.map((examiner) => Object.fromEntries(examiner.found));
    expect(found.map(({ log = 0 }) => log).reduce((a, b) => a + b)).toBe(1);
    expect(found).toContainEqual({ function: 0, log: 1, destination: 0, invocation: 0, deadline: 0 });
  });

  it('is a failure found by the function, where that wrote its record as FAILED', async () => {
    const { examiner, placeConfirmed, placeFact } = theExaminer();
    placeConfirmed();
    placeFact(stepRecordKey(EXECUTION, 'payment'), aFailedRecord('payment', { kind: 'REJECTED', signal: 'function' }));
    await examiner.examine(EXECUTION, []);
    expect(Object.fromEntries(examiner.found)).toMatchObject({ function: 1, log: 0 });
  });

  it('is, where there is no evidence, how long it was waited for', async () => {
    const { examiner, clock, placeConfirmed, metrics } = theExaminer();
    placeConfirmed();
    await clock.advance(DEADLINE_MS);
    await examiner.examine(EXECUTION, []);
    expect(metrics.durations).toEqual([seen('deadline', DEADLINE_MS)]);
  });

  it('is one quarantined execution, however often it is looked at', async () => {
    const { examiner, placeOrder, placeFact, metrics } = theExaminer();
    placeOrder();
    placeFact(stepRecordKey(EXECUTION, 'payment'), 'not JSON');
    for (let n = 0; n < 2; n += 1) await examiner.examine(EXECUTION, []);
    expect(metrics.total(MONITOR_METRICS.executionsQuarantined)).toBe(1);
  });
});

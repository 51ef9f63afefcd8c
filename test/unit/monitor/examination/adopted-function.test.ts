import { describe, expect, it } from 'vitest';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import type { WorkflowDefinition } from '../../../../workflow/definition.ts';
import { attemptClaimKey, recoveryKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { theExaminer } from './an-examiner.ts';
import { aFailure, DEADLINE_MS, DEFINITION, EXECUTION, OTHER_EXECUTION } from '../builders.ts';

/** The booking, with a payment function that writes no record. */
const ADOPTED: WorkflowDefinition = {
  ...DEFINITION,
  steps: DEFINITION.steps.map((step) =>
    step.name === 'payment' ? { ...step, result: { store: 'appStore', key: 'receipts/{executionId}.txt' } } : step,
  ),
};
const RESULT = `receipts/${EXECUTION}.txt`;
const RECORD = stepRecordKey(EXECUTION, 'payment');
const typeError = { step: 'payment', failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' }) };
const timeout = { step: 'payment', failure: aFailure() };

function theAdoption() {
  const made = theExaminer({ definition: ADOPTED });
  made.placeConfirmed();
  const placeResult = () => made.s3.place(APP_STORE_BUCKET, RESULT, 'paid, with thanks');
  const record = () => made.s3.json(STATE_STORAGE_BUCKET, RECORD);
  const heads = () => made.s3.counts({ operation: 'HeadObject' }).HeadObject ?? 0;
  return { ...made, placeResult, record, heads };
}

describe('a step whose function writes no record', () => {
  it.each(['denied', 'unavailable', 'no-such-bucket', 'refused'] as const)(
    'is condemned for nothing while its result cannot be looked for: %s',
    async (fault) => {
      const { examiner, s3, clock, undone, record } = theAdoption();
      await clock.advance(DEADLINE_MS);
      s3.fail(fault, { operation: 'HeadObject' });
      await expect(examiner.examine(EXECUTION, [typeError])).rejects.toMatchObject({ name: /^Storage/ });
      expect(record()).toBeUndefined();
      expect(undone).toEqual([]);
      expect(s3.keys(STATE_STORAGE_BUCKET, 'executions/')).toHaveLength(1);
    },
  );

  it('fails when its result appears between the look for it and the FAILED record, and is undone', async () => {
    const { examiner, s3, undone, placeResult, record } = theAdoption();
    s3.before({ operation: 'PutObject', key: RECORD }, placeResult);
    expect(await examiner.examine(EXECUTION, [typeError])).toBe('ended');
    expect(record()).toMatchObject({ status: 'FAILED', failure: { kind: 'TYPE_ERROR' } });
    expect(undone).toEqual(['payment', 'confirm-order']);
    expect(s3.json(STATE_STORAGE_BUCKET, recoveryKey(EXECUTION))).toBeDefined();
  });

  it('stays FAILED when its result comes later, and is not looked for any more', async () => {
    const { examiner, undone, placeResult, record, heads } = theAdoption();
    await examiner.examine(EXECUTION, [typeError]);
    const headsUntilFailed = heads();
    placeResult();
    expect(await examiner.examine(EXECUTION, [timeout])).toBe('ended');
    expect(record()).toMatchObject({ status: 'FAILED' });
    expect(undone).toHaveLength(2);
    expect(heads()).toBe(headsUntilFailed);
  });

  it('succeeds by no result of another execution', async () => {
    const { examiner, s3, clock, record } = theAdoption();
    s3.place(APP_STORE_BUCKET, `receipts/${OTHER_EXECUTION}.txt`, 'paid');
    s3.place(STATE_STORAGE_BUCKET, RESULT, 'in the other bucket');
    expect(await examiner.examine(EXECUTION, [])).toBe('open');
    await clock.advance(DEADLINE_MS);
    await examiner.examine(EXECUTION, []);
    expect(record()).toBeUndefined();
    expect(s3.json(STATE_STORAGE_BUCKET, attemptClaimKey(EXECUTION, 'payment', 2))).toMatchObject({
      because: { kind: 'NO_EVIDENCE' },
    });
  });

  it('is not looked for before the step that it waits for has succeeded', async () => {
    const { examiner, s3, heads, record, placeResult } = theAdoption();
    s3.remove(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'confirm-order'));
    placeResult();
    expect(await examiner.examine(EXECUTION, [])).toBe('open');
    expect(heads()).toBe(0);
    expect(record()).toBeUndefined();
  });

  it.each([
    ['by its log', typeError],
    ['by its deadline', undefined],
  ])('succeeds by its result, though it was suspected %s', async (_by, failure) => {
    const { examiner, clock, s3, undone, metrics, placeResult, record } = theAdoption();
    placeResult();
    await clock.advance(DEADLINE_MS);
    expect(await examiner.examine(EXECUTION, failure === undefined ? [] : [failure])).toBe('ended');
    expect(record()).toMatchObject({
      status: 'SUCCEEDED',
      writtenBy: 'monitor',
      attempt: 1,
      endedAt: clock.now() - DEADLINE_MS,
      output: { store: 'appStore', key: RESULT, etag: expect.any(String) as string },
    });
    expect(undone).toEqual([]);
    expect(s3.keys(STATE_STORAGE_BUCKET, 'executions/')).toHaveLength(2);
    expect(metrics.total(MONITOR_METRICS.executionsSucceeded)).toBe(1);
  });

  it('is not invoked again when its result comes between the claim and the invocation', async () => {
    const { examiner, clock, lambda, placeResult, record } = theAdoption();
    await examiner.examine(EXECUTION, [timeout]);
    placeResult();
    await clock.advance(10_000);
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(lambda.invoked()).toEqual([]);
    expect(record()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is invoked again with the event that S3 had sent', async () => {
    const { examiner, clock, lambda } = theAdoption();
    await examiner.examine(EXECUTION, [timeout]);
    await clock.advance(500);
    await examiner.examine(EXECUTION, []);
    expect(lambda.invoked()).toMatchObject([
      { payload: { Records: [{ s3: { object: { key: stepRecordKey(EXECUTION, 'confirm-order') } } }] } },
    ]);
  });

  it('is recorded once, and counted once, by two monitors', async () => {
    const { anExaminer, metrics, placeResult } = theAdoption();
    placeResult();
    const looks = [anExaminer(), anExaminer()].map((examiner) => examiner.examine(EXECUTION, []));
    expect(await Promise.all(looks)).toEqual(['ended', 'ended']);
    expect(metrics.total(MONITOR_METRICS.executionsSucceeded)).toBe(1);
  });

  it('loses to a FAILED record that another monitor won between the look and the SUCCEEDED record', async () => {
    const { examiner, anExaminer, s3, placeResult, record } = theAdoption();
    // The other one looked before the result came: its HEAD finds nothing.
    s3.before({ operation: 'PutObject', key: RECORD }, async () => {
      s3.remove(APP_STORE_BUCKET, RESULT);
      await anExaminer().examine(EXECUTION, [typeError]);
      placeResult();
    });
    placeResult();
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(record()).toMatchObject({ status: 'FAILED' });
  });

  it('ends the same after dying before its record was written', async () => {
    const { examiner, anExaminer, s3, placeResult, record } = theAdoption();
    placeResult();
    s3.fail('unavailable', { operation: 'PutObject' });
    await expect(examiner.examine(EXECUTION, [typeError])).rejects.toThrow();
    expect(await anExaminer().examine(EXECUTION, [])).toBe('ended');
    expect(record()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('costs one HEAD and one listing a look, and is looked at again within half the time it has run', async () => {
    const { examiner, s3, clock, looks, heads } = theAdoption();
    await clock.advance(2000);
    await examiner.examine(EXECUTION, []);
    expect(heads()).toBe(1);
    expect(s3.counts().ListObjectsV2).toBe(1);
    expect(looks).toEqual([{ executionId: EXECUTION, at: clock.now() + 500 }]);
  });
});

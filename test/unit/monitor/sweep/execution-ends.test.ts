import { expect, it } from 'vitest';
import { ExecutionEnds } from '../../../../monitor/sweep/execution-ends.ts';
import { recoveryKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { memoryStores, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { aFailedRecord, aSuccess, DEFINITION, EXECUTION } from '../builders.ts';

const PAYMENT = stepRecordKey(EXECUTION, 'payment');
const AT = Date.UTC(2026, 0, 1);

function theEnds() {
  const { s3, store } = memoryStores();
  return { s3, ends: new ExecutionEnds({ store, definition: DEFINITION }) };
}

it('a success is read once, whoever asks and however often', async () => {
  const { s3, ends } = theEnds();
  s3.place(STATE_STORAGE_BUCKET, PAYMENT, aSuccess('payment'), AT);
  expect(await ends.hasSucceeded(EXECUTION)).toBe(true);
  expect(await ends.of(EXECUTION)).toEqual({ status: 'SUCCEEDED', endedAt: AT });
  expect(await ends.hasSucceeded(EXECUTION)).toBe(true);
  expect(s3.counts()).toEqual({ GetObject: 1 });
});

it('what has not ended is asked for anew until it has', async () => {
  const { s3, ends } = theEnds();
  expect(await ends.hasSucceeded(EXECUTION)).toBe(false);
  expect(await ends.of(EXECUTION)).toBeUndefined();
  s3.place(STATE_STORAGE_BUCKET, PAYMENT, aSuccess('payment'), AT);
  expect(await ends.of(EXECUTION)).toMatchObject({ status: 'SUCCEEDED' });
});

it('a failure has ended with its recovery, and is then no success without another read', async () => {
  const { s3, ends } = theEnds();
  s3.place(STATE_STORAGE_BUCKET, PAYMENT, aFailedRecord('payment'));
  expect(await ends.of(EXECUTION)).toBeUndefined();
  s3.place(STATE_STORAGE_BUCKET, recoveryKey(EXECUTION), {}, AT);
  expect(await ends.of(EXECUTION)).toEqual({ status: 'FAILED', endedAt: AT });
  const asked = s3.calls.length;
  expect(await ends.hasSucceeded(EXECUTION)).toBe(false);
  expect(s3.calls.length).toBe(asked);
});

it('a record that is not JSON is neither end, and what cannot be asked is not taken for an answer', async () => {
  const { s3, ends } = theEnds();
  s3.place(STATE_STORAGE_BUCKET, PAYMENT, 'not JSON');
  expect(await ends.of(EXECUTION)).toBeUndefined();
  s3.fail('denied', { operation: 'GetObject' });
  await expect(ends.hasSucceeded(EXECUTION)).rejects.toThrow();
});

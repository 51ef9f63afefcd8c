import { beforeEach, describe, expect, it } from 'vitest';
import { UnreadableFactError } from '../../../workflow/facts.ts';
import { attemptInvokedKey, executionPrefix, orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderRecord } from '../../support/an-order.ts';
import { APP_STORE_BUCKET, memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import {
  ATTEMPT_CLAIM,
  ATTEMPT_INVOKED,
  BARRED,
  CONFIRMATION,
  RECOVERY,
  RECOVERY_ATTEMPT,
  RECOVERY_REQUEST,
  REDRIVE,
  STEP_RECORD,
} from './some-facts.ts';

const ID = anExecutionId();
const ORDER = anOrderRecord();
const GET = { operation: 'GetObject' } as const;
const RECORD_KEY = stepRecordKey(ID, 'inventory');

let { s3, store } = memoryStores();

beforeEach(() => {
  ({ s3, store } = memoryStores());
});

const placeOrder = () => s3.place(APP_STORE_BUCKET, orderKey(ID), ORDER);
const placeFact = (key: string, body: unknown) => s3.place(STATE_STORAGE_BUCKET, key, body);

describe('an execution that cannot be read', () => {
  it.each<[string, unknown, string]>([
    ['is not JSON', 'not JSON', `object ${RECORD_KEY} is not JSON`],
    ['lacks a field', { ...STEP_RECORD, status: undefined }, 'its step-record of inventory cannot be read'],
    [
      'names another step',
      { ...STEP_RECORD, step: 'payment' },
      'names another step, attempt, signal or request than its key',
    ],
    ['names another execution', { ...STEP_RECORD, executionId: anExecutionId({ n: 7 }) }, 'names another execution'],
  ])('says which fact %s', async (_case, body, message) => {
    placeOrder();
    placeFact(RECORD_KEY, body);
    const read = store.read(ID);
    await expect(read).rejects.toThrow(UnreadableFactError);
    await expect(read).rejects.toMatchObject({
      executionId: ID,
      message: expect.stringContaining(message) as string,
    });
  });

  it('may have an unreadable order', async () => {
    s3.place(APP_STORE_BUCKET, orderKey(ID), { ...ORDER, workflow: 'booking' });
    await expect(store.read(ID)).rejects.toThrow(UnreadableFactError);
  });

  it('may have more than 999 objects, which are not read', async () => {
    placeOrder();
    for (let n = 1; n <= 1000; n += 1) placeFact(attemptInvokedKey(ID, 'payment', n), {});
    await expect(store.read(ID)).rejects.toThrow(new UnreadableFactError(ID, 'it has more than 999 objects'));
    expect(s3.counts({ bucket: STATE_STORAGE_BUCKET })).toEqual({ ListObjectsV2: 1 });
  });

  it('is read as soon as it has been put right', async () => {
    placeOrder();
    placeFact(RECORD_KEY, 'not JSON');
    await expect(store.read(ID)).rejects.toThrow(UnreadableFactError);
    placeFact(RECORD_KEY, { ...STEP_RECORD, attempt: 'one' });
    await expect(store.read(ID)).rejects.toThrow(UnreadableFactError);
    placeFact(RECORD_KEY, STEP_RECORD);
    expect((await store.read(ID))?.steps.get('inventory')?.record?.value).toEqual(STEP_RECORD);
  });
});

it.each(['denied', 'unavailable', 'no-such-bucket'] as const)(
  'a store that is %s makes no execution unreadable',
  async (fault) => {
    placeOrder();
    placeFact(RECORD_KEY, STEP_RECORD);
    s3.fail(fault, { ...GET, key: RECORD_KEY });
    const read = store.read(ID);
    await expect(read).rejects.not.toThrow(UnreadableFactError);
    await expect(read).rejects.toMatchObject({ retryable: fault === 'unavailable' });
  },
);

describe('an execution', () => {
  it('without an order is undefined, whatever else there is', async () => {
    expect(await store.read(ID)).toBeUndefined();
    placeFact(RECORD_KEY, STEP_RECORD);
    expect(await store.read(ID)).toBeUndefined();
  });

  it('of 999 objects is read whole', async () => {
    placeOrder();
    for (let n = 1; n <= 999; n += 1)
      placeFact(attemptInvokedKey(ID, 'payment', n), { ...ATTEMPT_INVOKED, attempt: n });
    expect((await store.read(ID))?.steps.get('payment')?.attempts.size).toBe(999);
  });

  it('consists of every fact that was written of it, and of no other execution', async () => {
    await store.putOrder(ORDER);
    await store.putStepRecord(STEP_RECORD);
    await store.claimAttempt(ATTEMPT_CLAIM);
    await store.noteInvoked(ATTEMPT_INVOKED);
    await store.putConfirmation(CONFIRMATION);
    await store.putBarred(BARRED);
    await store.putRecoveryAttempt(RECOVERY_ATTEMPT);
    await store.putRecoveryRequest(RECOVERY_REQUEST);
    await store.putRecovery(RECOVERY);
    await store.putRedrive(REDRIVE);
    await store.putStepRecord({ ...STEP_RECORD, executionId: anExecutionId({ n: 7 }), step: 'ticket' });
    const at = expect.any(Number) as number;
    expect(await store.read(ID)).toEqual({
      executionId: ID,
      order: { value: ORDER, at },
      steps: new Map([
        [
          'inventory',
          { record: { value: STEP_RECORD, at }, attempts: new Map(), confirmations: new Map(), barred: new Map() },
        ],
        [
          'payment',
          {
            attempts: new Map([[2, { claim: { value: ATTEMPT_CLAIM, at }, invoked: { value: ATTEMPT_INVOKED, at } }]]),
            confirmations: new Map([[1, [{ value: CONFIRMATION, at }]]]),
            barred: new Map([[1, { value: BARRED, at }]]),
          },
        ],
      ]),
      recoveryAttempts: [{ value: RECOVERY_ATTEMPT, at }],
      recoveryRequests: [{ value: RECOVERY_REQUEST, at }],
      recovery: { value: RECOVERY, at },
      redrive: { value: REDRIVE, at },
    });
  });

  it('may have objects under its prefix that are no facts', async () => {
    placeOrder();
    placeFact(`${executionPrefix(ID)}README.txt`, 'not JSON');
    expect((await store.read(ID))?.steps.size).toBe(0);
  });

  it('may lose a fact that expires between the listing and the reading', async () => {
    placeOrder();
    placeFact(RECORD_KEY, STEP_RECORD);
    s3.before({ ...GET, key: RECORD_KEY }, () => s3.remove(STATE_STORAGE_BUCKET, RECORD_KEY));
    expect((await store.read(ID))?.steps.size).toBe(0);
  });
});

describe('what is remembered', () => {
  it('is not read again', async () => {
    placeOrder();
    placeFact(RECORD_KEY, STEP_RECORD);
    const first = await store.read(ID);
    s3.calls.length = 0;
    expect(await store.read(ID)).toEqual(first);
    expect(s3.counts()).toEqual({ ListObjectsV2: 1 });
  });

  it('never hides a new fact', async () => {
    placeOrder();
    await store.read(ID);
    placeFact(RECORD_KEY, STEP_RECORD);
    expect((await store.read(ID))?.steps.get('inventory')?.record?.value).toEqual(STEP_RECORD);
    placeFact(attemptInvokedKey(ID, 'payment', 2), ATTEMPT_INVOKED);
    expect((await store.read(ID))?.steps.get('payment')?.attempts.get(2)?.invoked?.value).toEqual(ATTEMPT_INVOKED);
  });

  it('does not outlive its object', async () => {
    placeOrder();
    placeFact(RECORD_KEY, STEP_RECORD);
    placeFact(attemptInvokedKey(ID, 'payment', 2), ATTEMPT_INVOKED);
    await store.read(ID);
    s3.remove(STATE_STORAGE_BUCKET, RECORD_KEY);
    expect((await store.read(ID))?.steps.has('inventory')).toBe(false);
  });

  it('is no order that has expired with its facts', async () => {
    placeOrder();
    placeFact(RECORD_KEY, STEP_RECORD);
    await store.read(ID);
    s3.remove(APP_STORE_BUCKET, orderKey(ID));
    s3.remove(STATE_STORAGE_BUCKET, RECORD_KEY);
    expect(await store.read(ID)).toBeUndefined();
  });

  it('is never that there was no order', async () => {
    expect(await store.read(ID)).toBeUndefined();
    placeOrder();
    expect((await store.read(ID))?.order.value).toEqual(ORDER);
  });

  it('is bounded: the oldest are read again', async () => {
    placeOrder();
    await store.read(ID);
    const others = Array.from({ length: 4000 }, (_, n) => anExecutionId({ n: n + 1 }));
    for (const executionId of others) s3.place(APP_STORE_BUCKET, orderKey(executionId), { ...ORDER, executionId });
    for (const executionId of others) await store.read(executionId);
    placeFact(RECORD_KEY, STEP_RECORD);
    s3.calls.length = 0;
    await store.read(ID);
    expect(s3.counts({ key: orderKey(ID) })).toEqual({ GetObject: 1 });
  });
});

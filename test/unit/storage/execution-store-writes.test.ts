import { beforeEach, describe, expect, it } from 'vitest';
import type { PutIfAbsent } from '../../../storage/object-store.ts';
import { UnreadableFactError } from '../../../workflow/facts.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  barredKey,
  confirmationKey,
  orderKey,
  quarantineKey,
  recoveryAttemptKey,
  recoveryKey,
  recoveryRequestKey,
  redriveKey,
  stepRecordKey,
} from '../../../workflow/keys.ts';
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

let { s3, store } = memoryStores();

beforeEach(() => {
  ({ s3, store } = memoryStores());
});

interface Writer {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly fact: object;
  /** Writes the fact with these fields changed. */
  readonly write: (fields: object) => Promise<PutIfAbsent>;
  /** Fields that make a valid fact another one, and fields that no reader would take. */
  readonly other: object;
  readonly broken: object;
}

const inState = (key: string) => ({ bucket: STATE_STORAGE_BUCKET, key });

const WRITERS: readonly Writer[] = [
  {
    name: 'an order',
    bucket: APP_STORE_BUCKET,
    key: orderKey(ID),
    fact: ORDER,
    write: (fields) => store.putOrder({ ...ORDER, ...fields }),
    other: { submittedAt: 1 },
    broken: { submittedAt: NaN },
  },
  {
    name: 'a confirmation',
    ...inState(confirmationKey(ID, 'payment', 1, 'destination')),
    fact: CONFIRMATION,
    write: (fields) => store.putConfirmation({ ...CONFIRMATION, ...fields }),
    other: { message: 'another' },
    broken: { message: 'x'.repeat(1025) },
  },
  {
    name: 'a late write that was refused',
    ...inState(barredKey(ID, 'payment', 1)),
    fact: BARRED,
    write: (fields) => store.putBarred({ ...BARRED, ...fields }),
    other: { by: 'record' },
    broken: { write: 'a stock hold' },
  },
  {
    name: 'a step record',
    ...inState(stepRecordKey(ID, 'inventory')),
    fact: STEP_RECORD,
    write: (fields) => store.putStepRecord({ ...STEP_RECORD, ...fields }),
    other: { output: { held: 3 } },
    broken: { attempt: 0 },
  },
  {
    name: 'an attempt claim',
    ...inState(attemptClaimKey(ID, 'payment', 2)),
    fact: ATTEMPT_CLAIM,
    write: (fields) => store.claimAttempt({ ...ATTEMPT_CLAIM, ...fields }),
    other: { invokeAt: 1 },
    broken: { invokeAt: NaN },
  },
  {
    name: 'an invocation',
    ...inState(attemptInvokedKey(ID, 'payment', 2)),
    fact: ATTEMPT_INVOKED,
    write: (fields) => store.noteInvoked({ ...ATTEMPT_INVOKED, ...fields }),
    other: { requestId: 'request-3' },
    broken: { requestId: 7 },
  },
  {
    name: 'a recovery attempt',
    ...inState(recoveryAttemptKey(ID, 1)),
    fact: RECOVERY_ATTEMPT,
    write: (fields) => store.putRecoveryAttempt({ ...RECOVERY_ATTEMPT, ...fields }),
    other: { message: 'another' },
    broken: { failedAt: Infinity },
  },
  {
    name: 'a request for recovery',
    ...inState(recoveryRequestKey(ID, 1)),
    fact: RECOVERY_REQUEST,
    write: (fields) => store.putRecoveryRequest({ ...RECOVERY_REQUEST, ...fields }),
    other: { requestedAt: 1 },
    broken: { requestedAt: Infinity },
  },
  {
    name: 'a recovery',
    ...inState(recoveryKey(ID)),
    fact: RECOVERY,
    write: (fields) => store.putRecovery({ ...RECOVERY, ...fields }),
    other: { recoveredAt: 1 },
    broken: { failedStep: '' },
  },
  {
    name: 'a redrive',
    ...inState(redriveKey(ID)),
    fact: REDRIVE,
    write: (fields) => store.putRedrive({ ...REDRIVE, ...fields }),
    other: { redrivenAt: 1 },
    broken: { newExecutionId: 'no-id' },
  },
];

describe.each(WRITERS)('$name', ({ bucket, key, fact, write, other, broken }) => {
  it('that could not be read back is not written', async () => {
    const written = write(broken);
    await expect(written).rejects.toThrow(UnreadableFactError);
    await expect(written).rejects.toMatchObject({
      executionId: ID,
      message: expect.stringContaining(`${key} is not written`) as string,
    });
    expect(s3.calls).toEqual([]);
  });

  it('that comes second to an object that is not JSON says that its execution cannot be read', async () => {
    s3.place(bucket, key, 'not JSON');
    await expect(write({})).rejects.toMatchObject({ name: 'UnreadableFactError', executionId: ID });
  });

  it('is written once: who comes second learns what there is', async () => {
    expect(await write({})).toEqual({ outcome: 'written' });
    expect(await write(other)).toMatchObject({ outcome: 'already-written', existing: { key, body: fact } });
    expect(s3.json(bucket, key)).toEqual(fact);
  });

  it('has one winner of many', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => write({})));
    expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
  });
});

it('a quarantine keeps its first reason and changes nothing else', async () => {
  expect(await store.quarantine(ID, 'not JSON', 1000)).toEqual({ outcome: 'written' });
  expect(await store.quarantine(ID, 'another reason', 2000)).toMatchObject({ outcome: 'already-written' });
  expect(s3.json(STATE_STORAGE_BUCKET, quarantineKey(ID))).toEqual({
    executionId: ID,
    reason: 'not JSON',
    quarantinedAt: 1000,
  });
  expect(s3.keys(STATE_STORAGE_BUCKET)).toEqual([quarantineKey(ID)]);
});

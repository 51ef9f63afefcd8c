import { describe, expect, it } from 'vitest';
import { failureKey, indexFailure } from '../../../workflow/failure-index.ts';
import { recoveryKey } from '../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aFailedRecord, aFailure, EXECUTION } from '../monitor/builders.ts';
import { aHandler, aRecovery } from './a-recovery.ts';

const FAILURE = aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' });
const KEY = failureKey(indexFailure(EXECUTION, 'payment', FAILURE));

describe('a recovered fault', () => {
  it('is in the index before its recovery is done, also when the monitor died after it won the record', async () => {
    const { recovery, aMonitor, s3, fact } = aRecovery();
    await recovery.failStep(EXECUTION, 'payment', FAILURE);
    let atRecovery: readonly string[] = [];
    s3.before({ operation: 'PutObject', key: recoveryKey(EXECUTION) }, () => {
      atRecovery = s3.keys(STATE_STORAGE_BUCKET, 'failures/');
    });
    await aMonitor().recoverOnce();
    expect(atRecovery).toEqual([KEY]);
    expect(fact(recoveryKey(EXECUTION))).toBeDefined();
  });

  it('is in the index once, whatever two monitors write', async () => {
    const { aMonitor, s3 } = aRecovery();
    await Promise.all([aMonitor().recoverFully(FAILURE), aMonitor().recoverFully({ ...FAILURE, detectedAt: 5 })]);
    expect(s3.keys(STATE_STORAGE_BUCKET, 'failures/')).toHaveLength(1);
  });

  it('is undone though it cannot be entered, and done only once it is', async () => {
    const done: string[] = [];
    const { recoverOnce, placeFailed, s3, fact } = aRecovery({ handlers: () => [aHandler({ done })] });
    placeFailed();
    s3.onCall = ({ operation, key }) =>
      operation === 'PutObject' && key?.startsWith('failures/') ? 'denied' : undefined;
    await expect(recoverOnce()).rejects.toThrow(/AccessDenied/);
    expect(done).toEqual(['undo-payment']);
    expect(fact(recoveryKey(EXECUTION))).toBeUndefined();
    s3.onCall = undefined;
    expect(await recoverOnce()).toBe('recovered');
  });

  it('is entered though a handler keeps failing', async () => {
    const undo = async () => Promise.reject(new Error('never'));
    const { recoverOnce, placeFailed, s3 } = aRecovery({ handlers: () => [aHandler({ undo })] });
    placeFailed();
    expect(await recoverOnce()).toBe('attempt-failed');
    expect(s3.keys(STATE_STORAGE_BUCKET, 'failures/')).toHaveLength(1);
  });
});

it('a rejection is in no index', async () => {
  const { recoverOnce, placeStep, s3 } = aRecovery();
  placeStep(aFailedRecord('payment', { kind: 'REJECTED', error: 'CardDeclined' }));
  await recoverOnce();
  expect(s3.keys(STATE_STORAGE_BUCKET, 'failures/')).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { attemptClaimKey, confirmationKey } from '../../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { aFailure, EXECUTION } from '../builders.ts';
import { theExaminer } from './an-examiner.ts';

const timeout = { step: 'payment', failure: aFailure() };
const typeError = { step: 'payment', failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' }) };

describe('a look at an execution', () => {
  it('reads the facts once to fail and recover an execution, and only writes down the signals that come later', async () => {
    const { examiner, s3, placeConfirmed } = theExaminer();
    placeConfirmed();
    await examiner.examine(EXECUTION, [typeError]);
    const { ListObjectsV2, GetObject } = s3.counts();
    expect(ListObjectsV2).toBe(1);
    const again = { ...typeError, failure: { ...typeError.failure, signal: 'destination' as const } };
    expect(await examiner.examine(EXECUTION, [again])).toBe('ended');
    expect(s3.counts()).toMatchObject({ ListObjectsV2, GetObject });
    expect(s3.json(STATE_STORAGE_BUCKET, confirmationKey(EXECUTION, 'payment', 1, 'destination'))).toMatchObject({
      kind: 'TYPE_ERROR',
    });
  });

  it('reads the facts once to claim an attempt and once to invoke it', async () => {
    const { examiner, s3, clock, lambda, placeConfirmed } = theExaminer();
    placeConfirmed();
    await examiner.examine(EXECUTION, [timeout]);
    expect(s3.counts().ListObjectsV2).toBe(1);
    await clock.advance(500);
    await examiner.examine(EXECUTION, []);
    expect(lambda.invoked()).toHaveLength(1);
    expect(s3.counts().ListObjectsV2).toBe(2);
  });

  it('reads the facts again when somebody else has claimed the attempt', async () => {
    const { examiner, s3, looks, clock, placeConfirmed, placeFact } = theExaminer();
    placeConfirmed();
    const invokeAt = clock.now() + 60_000;
    s3.before({ operation: 'PutObject', key: attemptClaimKey(EXECUTION, 'payment', 2) }, () =>
      placeFact(attemptClaimKey(EXECUTION, 'payment', 2), {
        executionId: EXECUTION,
        step: 'payment',
        attempt: 2,
        invokeAt,
        because: timeout.failure,
      }),
    );
    expect(await examiner.examine(EXECUTION, [timeout])).toBe('open');
    expect(looks).toEqual([{ executionId: EXECUTION, at: invokeAt }]);
  });
});

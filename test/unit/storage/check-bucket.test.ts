import { describe, expect, it } from 'vitest';
import { checkBucket } from '../../../storage/check-bucket.ts';
import { memoryStores, s3Error } from '../../support/memory-s3.ts';

const VARIABLE = 'STATE_STORAGE_BUCKET';

describe('the check of a bucket at the start', () => {
  it.each([
    ['no-such-bucket', 'ListObjectsV2', true, 'bucket state-storage does not exist'],
    ['invalid-bucket-name', 'ListObjectsV2', true, '"state-storage" is not a bucket name'],
    ['denied', 'ListObjectsV2', true, 'could not list executions/ in bucket state-storage: AccessDenied'],
    ['denied', 'GetObject', true, /^could not read executions\/.* in bucket state-storage: AccessDenied/],
    ['refused', 'ListObjectsV2', false, 'could not list executions/ in bucket state-storage: ECONNREFUSED'],
    ['unavailable', 'GetObject', false, /^could not read executions\/.* in bucket state-storage: SlowDown/],
  ] as const)('meets %s of %s', async (fault, operation, isFatal, why) => {
    const { s3, stateStorage } = memoryStores();
    s3.fail(fault, { operation });
    const found = await checkBucket({ store: stateStorage, prefix: 'executions/', variable: VARIABLE });
    expect(found?.isFatal).toBe(isFatal);
    expect(found?.why.endsWith(` (${VARIABLE})`)).toBe(true);
    if (typeof why === 'string') expect(found?.why).toBe(`${why} (${VARIABLE})`);
    else expect(found?.why).toMatch(why);
  });

  it('does not take a clock that is wrong for a moment for a missing permission', async () => {
    const { stateStorage, s3 } = memoryStores();
    s3.onCall = () => Promise.reject(s3Error('RequestTimeTooSkewed', 403));
    const found = await checkBucket({ store: stateStorage, prefix: 'executions/', variable: VARIABLE });
    expect(found).toMatchObject({ isFatal: false });
  });

  it('finds nothing wrong with an empty bucket, and writes nothing into it', async () => {
    const { s3, stateStorage } = memoryStores();
    expect(await checkBucket({ store: stateStorage, prefix: 'executions/', variable: VARIABLE })).toBeUndefined();
    expect(s3.counts()).toEqual({ ListObjectsV2: 1, GetObject: 1 });
  });
});

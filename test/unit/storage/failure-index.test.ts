import { describe, expect, it } from 'vitest';
import { listFailures } from '../../../storage/failure-index.ts';
import { failureKey } from '../../../workflow/failure-index.ts';
import { memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { T0 } from '../workflow/builders.ts';
import { someFailures } from '../workflow/some-failures.ts';

function theIndex(seconds: readonly number[]) {
  const { s3, stateStorage } = memoryStores();
  const failures = someFailures(seconds);
  for (const failure of failures) s3.place(STATE_STORAGE_BUCKET, failureKey(failure), {});
  const list = (options: { from?: number; before?: number; maxListings?: number } = {}) =>
    listFailures({ stateStorage, from: T0, maxListings: 5, ...options });
  return { s3, failures, list };
}

describe('listing failures', () => {
  it('gives all from an instant on, a thousand a call', async () => {
    const { s3, failures, list } = theIndex(Array.from({ length: 2500 }, (_, n) => n));
    expect(await list()).toEqual({ failures, isCut: false });
    expect(s3.counts()).toEqual({ ListObjectsV2: 3 });
    expect((await list({ from: T0 + 2000_000 })).failures).toEqual(failures.slice(2000));
  });

  it('gives none of the instant at which it is to end, and lists no further', async () => {
    const { s3, failures, list } = theIndex(Array.from({ length: 2500 }, (_, n) => n));
    expect(await list({ before: T0 + 10_000 })).toEqual({ failures: failures.slice(0, 10), isCut: false });
    expect(s3.counts()).toEqual({ ListObjectsV2: 1 });
  });

  it('says that there are more when its calls are used up', async () => {
    const { failures, list } = theIndex(Array.from({ length: 2500 }, (_, n) => n));
    expect(await list({ maxListings: 2 })).toEqual({ failures: failures.slice(0, 2000), isCut: true });
  });

  it('overlooks what is no failure', async () => {
    const { s3, failures, list } = theIndex([1, 2]);
    s3.place(STATE_STORAGE_BUCKET, `failures/${T0}.nonsense.json`, 'not JSON');
    expect(await list()).toEqual({ failures, isCut: false });
  });
});

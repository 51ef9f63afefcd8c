import { beforeEach, describe, expect, it } from 'vitest';
import { ContentionError } from '../../../storage/errors.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import { MemoryS3 } from '../../support/memory-s3.ts';

const KEY = 'a.json';
const MAX_CONFLICTS = 8;
const PUT = { operation: 'PutObject' } as const;
const GET = { operation: 'GetObject' } as const;

let s3: MemoryS3;
let store: ObjectStore;
let pauses: number[];

beforeEach(() => {
  s3 = new MemoryS3();
  pauses = [];
  store = new ObjectStore({ client: s3.client, bucket: 'stores', pause: async (ms) => pauses.push(ms) });
});

async function etag(): Promise<string> {
  return (await store.get(KEY))?.etag ?? '';
}

describe('a write that S3 answers with 409', () => {
  it('is tried again, because nobody has lost yet', async () => {
    s3.fail('conflict', { ...PUT, times: MAX_CONFLICTS - 1 });
    expect(await store.putIfAbsent(KEY, { n: 1 })).toEqual({ outcome: 'written' });
    expect(s3.counts()).toEqual({ PutObject: MAX_CONFLICTS });
    expect(pauses).toHaveLength(MAX_CONFLICTS - 1);
  });

  it('waits longer each time, and never beyond a few seconds', async () => {
    s3.fail('conflict', { ...PUT, times: MAX_CONFLICTS - 1 });
    await store.putIfAbsent(KEY, { n: 1 });
    for (const [index, ms] of pauses.entries()) expect(ms).toBeLessThan(10 * 2 ** (index + 1));
  });

  it.each([
    ['put-if-absent', () => store.putIfAbsent(KEY, { n: 1 })],
    ['compare-and-set', () => store.compareAndSet(KEY, { n: 1 }, { etag: '"1"' })],
  ])('gives up after its bound: %s', async (_name, write) => {
    s3.fail('conflict', { ...PUT, times: Infinity });
    await expect(write()).rejects.toMatchObject({
      name: 'StorageUnavailableError',
      code: 'ConditionalRequestConflict',
      retryable: true,
    });
    expect(s3.counts()).toEqual({ PutObject: MAX_CONFLICTS });
  });

  it('may lose after it', async () => {
    s3.fail('conflict', PUT);
    s3.before(PUT, () => s3.place('stores', KEY, { n: 'theirs' }));
    expect(await store.putIfAbsent(KEY, { n: 1 })).toMatchObject({
      outcome: 'already-written',
      existing: { body: { n: 'theirs' } },
    });
  });
});

describe('put-if-absent', () => {
  it('that loses gives what is there and leaves it', async () => {
    s3.place('stores', KEY, { n: 'theirs' }, 5000);
    expect(await store.putIfAbsent(KEY, { n: 1 })).toEqual({
      outcome: 'already-written',
      existing: { key: KEY, body: { n: 'theirs' }, etag: await etag(), lastModifiedAt: 5000 },
    });
    expect(s3.json('stores', KEY)).toEqual({ n: 'theirs' });
  });

  it('loses against the same content of another writer', async () => {
    await store.putIfAbsent(KEY, { n: 1 });
    expect(await store.putIfAbsent(KEY, { n: 1 })).toMatchObject({ outcome: 'already-written' });
  });

  it('knows the echo of its own write', async () => {
    s3.fail('lost-response', PUT);
    expect(await store.putIfAbsent(KEY, { n: 1 })).toEqual({ outcome: 'written' });
    expect(s3.json('stores', KEY)).toEqual({ n: 1 });
  });

  it('writes again when the winner has expired before it was read', async () => {
    s3.place('stores', KEY, { n: 'theirs' });
    s3.before(GET, () => s3.remove('stores', KEY));
    expect(await store.putIfAbsent(KEY, { n: 1 })).toEqual({ outcome: 'written' });
    expect(s3.json('stores', KEY)).toEqual({ n: 1 });
  });

  it('gives up on an object that comes and goes', async () => {
    s3.onCall = ({ operation }) => {
      if (operation === 'PutObject') s3.place('stores', KEY, {});
      else s3.remove('stores', KEY);
      return undefined;
    };
    await expect(store.putIfAbsent(KEY, { n: 1 })).rejects.toThrow(new ContentionError(KEY, 3));
    expect(s3.counts()).toEqual({ PutObject: 3, GetObject: 3 });
  });

  it('that was done although S3 said it was not is an error, not a guess', async () => {
    s3.fail('done-then-unavailable', PUT);
    await expect(store.putIfAbsent(KEY, { n: 1 })).rejects.toMatchObject({ code: 'SlowDown', retryable: true });
  });
});

describe('compare-and-set', () => {
  it('that lost changes nothing', async () => {
    s3.place('stores', KEY, { n: 1 });
    const before = await etag();
    s3.place('stores', KEY, { n: 2 });
    expect(await store.compareAndSet(KEY, { n: 3 }, { etag: before })).toBe('changed');
    expect(s3.json('stores', KEY)).toEqual({ n: 2 });
  });

  it('of an object that is gone says so and does not bring it back', async () => {
    s3.place('stores', KEY, { n: 1 });
    const before = await etag();
    s3.remove('stores', KEY);
    expect(await store.compareAndSet(KEY, { n: 2 }, { etag: before })).toBe('changed');
    expect(s3.keys('stores')).toEqual([]);
  });

  it('in a missing bucket is an error, not a change', async () => {
    s3.fail('no-such-bucket', PUT);
    await expect(store.compareAndSet(KEY, {}, { etag: '"1"' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  it('of nothing loses against a new object', async () => {
    s3.place('stores', KEY, { n: 1 });
    expect(await store.compareAndSet(KEY, { n: 2 }, 'absent')).toBe('changed');
    expect(s3.json('stores', KEY)).toEqual({ n: 1 });
  });

  it('knows the echo of its own write', async () => {
    s3.place('stores', KEY, { n: 1 });
    const before = await etag();
    s3.fail('lost-response', PUT);
    expect(await store.compareAndSet(KEY, { n: 2 }, { etag: before })).toBe('written');
    s3.fail('lost-response', PUT);
    expect(await store.compareAndSet('b.json', { n: 1 }, 'absent')).toBe('written');
  });

  it('whose lost write somebody has built upon counts as changed', async () => {
    s3.fail('lost-response', PUT);
    s3.before(GET, () => s3.place('stores', KEY, { n: 'theirs' }));
    expect(await store.compareAndSet(KEY, { n: 1 }, 'absent')).toBe('changed');
    expect(s3.json('stores', KEY)).toEqual({ n: 'theirs' });
  });
});

it('an overwrite replaces whatever is there, even what cannot be read', async () => {
  await store.overwrite(KEY, { n: 1 });
  s3.place('stores', KEY, 'not JSON');
  await store.overwrite(KEY, { n: 2 });
  expect(s3.json('stores', KEY)).toEqual({ n: 2 });
  expect(s3.counts()).toEqual({ PutObject: 2 });
});

import { beforeEach, expect, it } from 'vitest';
import { ContentionError, UnreadableObjectError } from '../../../storage/errors.ts';
import { type Change, ObjectStore } from '../../../storage/object-store.ts';
import { MemoryS3 } from '../../support/memory-s3.ts';

const KEY = 'count.json';
const MAX_CHANGES = 60;
const PUT = { operation: 'PutObject' } as const;

let s3: MemoryS3;
let store: ObjectStore;
let pauses: number[];

beforeEach(() => {
  s3 = new MemoryS3();
  pauses = [];
  store = new ObjectStore({ client: s3.client, bucket: 'stores', pause: async (ms) => pauses.push(ms) });
});

const countOf = (current: unknown) => (current as { readonly n: number } | undefined)?.n ?? 0;
const increment: Change<number> = (current) => {
  const n = countOf(current) + 1;
  return { write: { n }, result: n };
};

it('loses nothing when many change the same object at once', async () => {
  const results = await Promise.all(Array.from({ length: 30 }, () => store.update(KEY, increment)));
  expect(s3.json('stores', KEY)).toEqual({ n: 30 });
  expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

it('gives up after its bound when somebody is always faster', async () => {
  let others = 0;
  s3.onCall = ({ operation }) => {
    if (operation === 'PutObject') s3.place('stores', KEY, { others: (others += 1) });
    return undefined;
  };
  await expect(store.update(KEY, increment)).rejects.toThrow(new ContentionError(KEY, MAX_CHANGES));
  expect(s3.counts(PUT)).toEqual({ PutObject: MAX_CHANGES });
  expect(s3.json('stores', KEY)).toEqual({ others: MAX_CHANGES });
  for (const ms of pauses) expect(ms).toBeLessThan(200);
});

it('decides again on what the faster one wrote', async () => {
  s3.before(PUT, () => s3.place('stores', KEY, { n: 10 }));
  expect(await store.update(KEY, increment)).toBe(11);
  expect(pauses).toHaveLength(1);
});

it('creates anew what expired between reading and writing', async () => {
  s3.place('stores', KEY, { n: 10 });
  s3.before(PUT, () => s3.remove('stores', KEY));
  expect(await store.update(KEY, increment)).toBe(1);
  expect(s3.json('stores', KEY)).toEqual({ n: 1 });
});

it('counts once when the answer to its write was lost', async () => {
  s3.fail('lost-response', PUT);
  expect(await store.update(KEY, increment)).toBe(1);
  expect(s3.json('stores', KEY)).toEqual({ n: 1 });
});

it('writes nothing when the change keeps what there is', async () => {
  s3.place('stores', KEY, { n: 3 });
  expect(await store.update(KEY, (current) => ({ keep: true, result: countOf(current) }))).toBe(3);
  expect(s3.counts()).toEqual({ GetObject: 1 });
});

it('throws what the change throws and writes nothing', async () => {
  const bug = new TypeError('no such field');
  const broken = store.update(KEY, () => {
    throw bug;
  });
  await expect(broken).rejects.toBe(bug);
  expect(s3.keys('stores')).toEqual([]);
});

it('does not overwrite what it cannot read', async () => {
  s3.place('stores', KEY, 'not JSON');
  await expect(store.update(KEY, increment)).rejects.toThrow(UnreadableObjectError);
  expect(s3.counts()).toEqual({ GetObject: 1 });
});

it.each(['denied', 'unavailable', 'refused'] as const)('does not repeat itself when S3 is %s', async (fault) => {
  s3.fail(fault, PUT);
  await expect(store.update(KEY, increment)).rejects.toMatchObject({ retryable: fault !== 'denied' });
  expect(s3.counts()).toEqual({ GetObject: 1, PutObject: 1 });
});

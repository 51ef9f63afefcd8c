import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bucket } from '../../../local/s3/bucket.ts';
import { writeRefusal } from '../../../local/s3/condition.ts';
import { type PutInput, Store } from '../../../local/s3/store.ts';

let folder: string;
let store: Store;
let bucket: Bucket;

const open = () =>
  Store.open({
    folder,
    fsync: false,
    segmentBytes: 4096,
    onFault: (error) => {
      throw error;
    },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  store = await open();
  await store.putBucket({ name: 'stores', versioned: false, createdAt: 0, notifications: [] });
  bucket = store.buckets.get('stores') as Bucket;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const input = (key: string, more: Partial<PutInput> = {}): PutInput => ({
  key,
  body: Buffer.from('x'),
  etag: 'etag-1',
  lastModifiedAt: 0,
  contentType: 'text/plain',
  ...more,
});
const call = { requestId: 'r', method: 'PUT', path: '/stores/k' };
const statusOf = (headers: Record<string, string>) => writeRefusal(call, headers, bucket, 'k')?.status;

describe('a conditional write', () => {
  it('conflicts (409) with any write of its key that is in flight, and is decided once that is durable', async () => {
    const writing = store.putObject(bucket, input('k'));
    expect(bucket.objects.has('k')).toBe(false);
    expect(statusOf({ 'if-none-match': '*' })).toBe(409);
    await writing;
    expect(statusOf({ 'if-none-match': '*' })).toBe(412);
    expect(statusOf({ 'if-match': '"etag-1"' })).toBeUndefined();

    const overwriting = store.putObject(bucket, input('k', { etag: 'etag-2' }));
    expect(statusOf({ 'if-match': '"etag-1"' })).toBe(409);
    expect(statusOf({ 'if-match': '"etag-2"' })).toBe(412);
    await overwriting;
    expect(statusOf({ 'if-match': '"etag-1"' })).toBe(412);
    expect(statusOf({ 'if-match': '"etag-2"' })).toBeUndefined();

    const removing = store.removeObject(bucket, 'k');
    expect(statusOf({ 'if-match': '"etag-2"' })).toBe(409);
    await removing;
    expect(statusOf({ 'if-match': '"etag-2"' })).toBe(404);
    expect(statusOf({ 'if-none-match': '*' })).toBeUndefined();
  });

  it('of another key does not conflict, nor does an unconditional one', async () => {
    const writing = store.putObject(bucket, input('other'));
    expect(statusOf({ 'if-none-match': '*' })).toBeUndefined();
    expect(statusOf({})).toBeUndefined();
    await writing;
  });

  it('with a condition that S3 does not have is refused, not ignored', () => {
    expect(() => statusOf({ 'if-none-match': '"etag-1"' })).toThrow('not implemented');
    expect(() => statusOf({ 'if-none-match': '*', 'if-match': '"etag-1"' })).toThrow('not implemented');
  });
});

describe('the store', () => {
  const churn = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      await store.putObject(bucket, input('churn', { body: Buffer.alloc(1000, 'c') }));
    }
  };
  const reopen = async () => {
    await store.close();
    store = await open();
    bucket = store.buckets.get('stores') as Bucket;
  };

  it('owes a notification until it is handed over, also when its object is long overwritten and collected', async () => {
    const notify = { configurationId: 'n', functionArn: 'f', requestId: 'r', principalArn: 'p' };
    const { sequence } = await store.putObject(bucket, input('k', { notify }));
    await store.putObject(bucket, input('k', { etag: 'etag-2' }));
    await churn(200);
    await reopen();
    expect([...store.pending.values()]).toMatchObject([
      { ...notify, sequence, key: 'k', etag: 'etag-1', bodyBytes: 1 },
    ]);
    await store.handedOver([sequence]);
    await churn(200);
    await reopen();
    expect([...store.pending.keys()]).toEqual([]);
  });

  it('owes nothing for an object that was moved after its notification was handed over', async () => {
    const notify = { configurationId: 'n', functionArn: 'f', requestId: 'r', principalArn: 'p' };
    const { sequence } = await store.putObject(bucket, input('k', { notify }));
    await store.handedOver([sequence]);
    await churn(500);
    await reopen();
    expect([...store.pending.keys()]).toEqual([]);
    expect((await store.readBody(bucket.objects.get('k') ?? never())).toString()).toBe('x');
  });

  it('knows a deleted key as deleted after any number of collections and restarts', async () => {
    for (let round = 0; round < 5; round++) {
      await store.putObject(bucket, input('k'));
      await churn(30);
      await store.removeObject(bucket, 'k');
      await churn(30);
      await reopen();
      expect(bucket.objects.has('k')).toBe(false);
      expect([...bucket.objects.keys()]).toEqual(['churn']);
    }
    for (let round = 0; round < 100 && bucket.tombstones.size > 0; round++) await churn(20);
    expect(bucket.tombstones.size).toBe(0);
  });

  it('keeps both of two configuration changes that are asked for at once', async () => {
    const policy = { Statement: [{ Effect: 'Deny' as const, Principal: '*' as const, Action: 's3:*', Resource: '*' }] };
    await Promise.all([
      store.changeBucket(bucket, (config) => ({ ...config, policy })),
      store.changeBucket(bucket, (config) => ({ ...config, versioned: true })),
    ]);
    await reopen();
    expect(bucket.config).toMatchObject({ policy, versioned: true });
  });
});

function never(): never {
  throw new Error('the object is not there');
}

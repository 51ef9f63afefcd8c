import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { UnreadableObjectError } from '../../../storage/errors.ts';
import { type ListedObject, ObjectStore } from '../../../storage/object-store.ts';
import { MemoryS3 } from '../../support/memory-s3.ts';

const MAX_BYTES = 8 * 1024 * 1024;

let s3: MemoryS3;
let store: ObjectStore;

beforeEach(() => {
  s3 = new MemoryS3();
  store = new ObjectStore({ client: s3.client, bucket: 'stores', pause: async () => undefined });
});

async function all(objects: AsyncIterable<ListedObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

describe('an object', () => {
  it.each(['', '{"half":', '<Error/>'])('that is not JSON is unreadable and named: %j', async (text) => {
    s3.place('stores', 'a.json', text);
    const read = store.get('a.json');
    await expect(read).rejects.toThrow(UnreadableObjectError);
    await expect(read).rejects.toMatchObject({ key: 'a.json', message: 'object a.json is not JSON' });
  });

  it('that is larger than any this system writes is unreadable', async () => {
    s3.place('stores', 'a.json', '1'.repeat(MAX_BYTES + 1));
    await expect(store.get('a.json')).rejects.toThrow(
      new UnreadableObjectError('a.json', `has ${MAX_BYTES + 1} bytes, more than ${MAX_BYTES}`),
    );
  });

  it('that is too large gives its connection back', async () => {
    const body = Readable.from(['1']);
    const client = mockClient(S3Client);
    client.on(GetObjectCommand).resolves({ ContentLength: MAX_BYTES + 1, Body: body as never });
    const onMock = new ObjectStore({ client: new S3Client({}), bucket: 'stores' });
    await expect(onMock.get('a.json')).rejects.toThrow(UnreadableObjectError);
    client.restore();
    expect(body.destroyed).toBe(true);
  });

  it('that would be too large is not written', async () => {
    await expect(store.putIfAbsent('a.json', 'ü'.repeat(MAX_BYTES / 2))).rejects.toMatchObject({
      name: 'StorageMisconfiguredError',
      code: 'EntityTooLarge',
      retryable: false,
    });
    expect(s3.calls).toEqual([]);
  });

  it('of the largest size is written and read back', async () => {
    const body = 'x'.repeat(MAX_BYTES - 2);
    expect(await store.putIfAbsent('a.json', body)).toEqual({ outcome: 'written' });
    expect((await store.get('a.json'))?.body).toHaveLength(MAX_BYTES - 2);
  });

  it('that is missing is undefined', async () => {
    expect(await store.get('a.json')).toBeUndefined();
  });

  it('bears its etag and the time S3 gave it', async () => {
    s3.place('stores', 'a.json', { n: 1 }, 1_700_000_000_999);
    expect(await store.get('a.json')).toEqual({
      key: 'a.json',
      body: { n: 1 },
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      lastModifiedAt: 1_700_000_000_000,
    });
  });
});

describe('a listing', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, n) => `a/${String(n).padStart(5, '0')}`);

  it('that is empty has nothing and is the last page', async () => {
    s3.place('stores', 'b/1', {});
    expect(await all(store.list('a/'))).toEqual([]);
    expect(await store.listPage('a/')).toEqual({ objects: [], isLast: true });
  });

  it('goes on beyond the 1,000 keys of a page', async () => {
    for (const key of keys(2001)) s3.place('stores', key, {});
    s3.place('stores', 'b/1', {});
    expect(await all(store.list('a/'))).toEqual(keys(2001));
    expect(s3.counts()).toEqual({ ListObjectsV2: 3 });
  });

  it('starts after a key and stays there over pages', async () => {
    for (const key of keys(1500)) s3.place('stores', key, {});
    expect(await all(store.list('a/', 'a/00099'))).toEqual(keys(1500).slice(100));
  });

  it('of whole pages asks for no page too many', async () => {
    for (const key of keys(1000)) s3.place('stores', key, {});
    expect(await all(store.list('a/'))).toHaveLength(1000);
    expect(s3.counts()).toEqual({ ListObjectsV2: 1 });
  });

  it('says of a limited page whether more follows', async () => {
    for (const key of keys(3)) s3.place('stores', key, {}, 5000);
    expect(await store.listPage('a/', undefined, 2)).toEqual({
      objects: [
        { key: 'a/00000', etag: expect.any(String) as string, lastModifiedAt: 5000 },
        { key: 'a/00001', etag: expect.any(String) as string, lastModifiedAt: 5000 },
      ],
      isLast: false,
    });
    expect(await store.listPage('a/', 'a/00001', 2)).toEqual({
      objects: [{ key: 'a/00002', etag: expect.any(String) as string, lastModifiedAt: 5000 }],
      isLast: true,
    });
  });

  it('goes on after a page that is empty and not the last', async () => {
    const pages = [
      { Contents: [], IsTruncated: true, NextContinuationToken: 'next' },
      { Contents: [{ Key: 'a/1', LastModified: new Date(0) }], IsTruncated: false },
    ];
    const client = { send: async () => pages.shift() } as unknown as S3Client;
    expect(await all(new ObjectStore({ client, bucket: 'stores' }).list('a/'))).toEqual(['a/1']);
  });
});

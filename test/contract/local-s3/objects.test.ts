import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningS3, runS3 } from './running-s3.ts';

let running: RunningS3;

beforeAll(async () => {
  running = await runS3();
  await running.s3.createBucket({ name: 'plain', versioned: false });
  await running.s3.createBucket({ name: 'versioned', versioned: true });
});
afterAll(() => running.stop());

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  running.root.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'body', ...more }));
const get = (Key: string, Bucket = 'plain') => running.root.send(new GetObjectCommand({ Bucket, Key }));
const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { name: string; $metadata: { httpStatusCode: number } }) =>
      `${error.$metadata.httpStatusCode} ${error.name}`,
  );

describe('writing', () => {
  it('gives back what was put, with its type, metadata and MD5 as ETag', async () => {
    const key = 'orders/ä b+c&d%/1.json';
    await put(key, {
      Body: '{"a":1}',
      ContentType: 'application/json',
      Metadata: { token: 'xyz' },
      CacheControl: 'no-store',
    });
    const object = await get(key);
    expect(await object.Body?.transformToString()).toBe('{"a":1}');
    expect(object).toMatchObject({
      ContentType: 'application/json',
      Metadata: { token: 'xyz' },
      CacheControl: 'no-store',
      ContentLength: 7,
      ETag: `"${createHash('md5').update('{"a":1}').digest('hex')}"`,
    });
    expect(object.LastModified?.getMilliseconds()).toBe(0);
  });

  it('decodes a streamed body whose checksum comes as a trailer', async () => {
    const Body = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
    await put('streamed', { Body, ContentLength: 11 });
    expect(await (await get('streamed')).Body?.transformToString()).toBe('hello world');
  });

  it('gives every write of a versioned bucket its own version id, and none in a plain one', async () => {
    const write = () => running.root.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'a', Body: 'x' }));
    const [first, second] = [await write(), await write()];
    expect(first.VersionId).toMatch(/^.{32}$/);
    expect(second.VersionId).not.toBe(first.VersionId);
    expect((await put('a')).VersionId).toBeUndefined();
  });

  it('takes an object of the largest size and refuses a larger one', async () => {
    const largest = Buffer.alloc(16 * 1024 * 1024, 'x');
    await put('largest', { Body: largest });
    expect((await (await get('largest')).Body?.transformToByteArray())?.length).toBe(largest.length);
    expect(await nameOf(put('larger', { Body: Buffer.concat([largest, Buffer.from('x')]) }))).toBe(
      '413 EntityTooLarge',
    );
  });

  it('refuses a body that does not have the checksum it came with', async () => {
    expect(await nameOf(put('bad', { ContentMD5: Buffer.alloc(16).toString('base64') }))).toBe('400 BadDigest');
    expect(await nameOf(put('bad', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }))).toBe('400 BadDigest');
    expect(await nameOf(put('bad', { ChecksumCRC32: 'AAAAAA==' }))).toBe('400 BadDigest');
    expect(await nameOf(get('bad'))).toBe('404 NoSuchKey');
  });

  it('refuses keys and metadata beyond the limits of S3', async () => {
    expect(await nameOf(put('ü'.repeat(513)))).toBe('400 KeyTooLongError');
    expect(await nameOf(put('m', { Metadata: { a: 'x'.repeat(2048) } }))).toBe('400 MetadataTooLarge');
  });
});

describe('conditional writes', () => {
  it('answers 412 to a put-if-absent of a key that exists', async () => {
    await put('once', { IfNoneMatch: '*' });
    expect(await nameOf(put('once', { IfNoneMatch: '*', Body: 'other' }))).toBe('412 PreconditionFailed');
    expect(await (await get('once')).Body?.transformToString()).toBe('body');
  });

  it('lets exactly one of many racing puts-if-absent win, the others lose with 412 or 409', async () => {
    for (let round = 0; round < 10; round++) {
      const key = `race/${round}`;
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, writer) => nameOf(put(key, { IfNoneMatch: '*', Body: String(writer) }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      for (const outcome of outcomes)
        expect(outcome).toMatch(/^(done|412 PreconditionFailed|409 ConditionalRequestConflict)$/);
      const winner = String(outcomes.indexOf('done'));
      expect(await (await get(key)).Body?.transformToString()).toBe(winner);
    }
  });

  it('lets a compare-and-set through for the current ETag only', async () => {
    const { ETag } = await put('cas', { Body: '1' });
    await put('cas', { Body: '2', IfMatch: ETag });
    expect(await nameOf(put('cas', { Body: '3', IfMatch: ETag }))).toBe('412 PreconditionFailed');
    expect(await (await get('cas')).Body?.transformToString()).toBe('2');
  });

  it('answers 404 to a compare-and-set of a missing key', async () => {
    expect(await nameOf(put('nothing', { IfMatch: '"0123"' }))).toBe('404 NoSuchKey');
  });

  it('loses no update when many compare-and-set one counter', async () => {
    await put('counter', { Body: '0' });
    const increment = async () => {
      for (let attempt = 0; attempt < 1000; attempt++) {
        const current = await get('counter');
        const next = Number(await current.Body?.transformToString()) + 1;
        const outcome = await nameOf(put('counter', { Body: String(next), IfMatch: current.ETag }));
        if (outcome === 'done') return;
        expect(outcome).toMatch(/^4(12|09) /);
      }
      throw new Error('never got through');
    };
    await Promise.all(Array.from({ length: 20 }, increment));
    expect(await (await get('counter')).Body?.transformToString()).toBe('20');
  });
});

describe('reading', () => {
  it('answers 304 and 412 to conditional reads', async () => {
    const { ETag } = await put('read');
    const conditional = (more: object) =>
      nameOf(running.root.send(new GetObjectCommand({ Bucket: 'plain', Key: 'read', ...more })));
    expect(await conditional({ IfNoneMatch: ETag })).toMatch(/^304/);
    expect(await conditional({ IfNoneMatch: '"other"' })).toBe('done');
    expect(await conditional({ IfMatch: '"other"' })).toBe('412 PreconditionFailed');
  });

  it('heads an object, and says 404 without a body for a missing one', async () => {
    await put('headed', { Body: '12345', ContentType: 'text/plain' });
    const head = await running.root.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'headed' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' });
    expect(await nameOf(running.root.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'none' })))).toBe(
      '404 NotFound',
    );
  });

  it('names the part of a read that it does not do', async () => {
    await put('ranged');
    const call = running.root.send(new GetObjectCommand({ Bucket: 'plain', Key: 'ranged', Range: 'bytes=0-1' }));
    await expect(call).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('range') });
    const version = running.root.send(new GetObjectCommand({ Bucket: 'plain', Key: 'ranged', VersionId: 'x' }));
    await expect(version).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('versionId'),
    });
  });
});

describe('deleting', () => {
  it('makes a key vanish, also from a versioned bucket, and may be repeated', async () => {
    for (const Bucket of ['plain', 'versioned']) {
      await running.root.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
      const first = await running.root.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
      expect(first.DeleteMarker).toBe(Bucket === 'versioned' ? true : undefined);
      expect(await nameOf(get('gone', Bucket))).toBe('404 NoSuchKey');
      await running.root.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    }
  });

  it('honours a condition', async () => {
    await put('kept');
    const remove = new DeleteObjectCommand({ Bucket: 'plain', Key: 'kept', IfMatch: '"other"' });
    expect(await nameOf(running.root.send(remove))).toBe('412 PreconditionFailed');
  });
});

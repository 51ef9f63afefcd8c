import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningS3, runS3, type RunOptions } from './running-s3.ts';

const opened: RunningS3[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function start(options: RunOptions = {}): Promise<RunningS3> {
  const running = await runS3(options);
  opened.push(running);
  await running.s3.createBucket({ name: 'stores', versioned: false });
  return running;
}

const put = ({ root }: RunningS3, Key: string, Body: string | Buffer, more: object = {}) =>
  root.send(new PutObjectCommand({ Bucket: 'stores', Key, Body, ...more }));
const read = async ({ root }: RunningS3, Key: string) =>
  (await root.send(new GetObjectCommand({ Bucket: 'stores', Key }))).Body?.transformToString();
const keysOf = async ({ root }: RunningS3) =>
  ((await root.send(new ListObjectsV2Command({ Bucket: 'stores' }))).Contents ?? []).map(({ Key }) => Key);
const journalFiles = async (folder: string) =>
  (await readdir(folder))
    .filter((name) => name.endsWith('.journal'))
    .sort()
    .map((name) => join(folder, name));
const newest = async (folder: string) => (await journalFiles(folder)).at(-1) ?? '';

describe('a restart', () => {
  it('brings back objects, metadata, policies and notifications, and nothing that was deleted or overwritten', async () => {
    const running = await start();
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny' as const, Principal: '*' as const, Action: 's3:PutObject', Resource: 'arn:aws:s3:::stores/x' },
      ],
    };
    await running.s3.createBucket({ name: 'stores', versioned: false, policy });
    await put(running, 'a', 'old');
    await put(running, 'a', 'new', { ContentType: 'text/plain', Metadata: { token: 't' } });
    await put(running, 'b', 'gone');
    await running.root.send(new DeleteObjectCommand({ Bucket: 'stores', Key: 'b' }));
    const { ETag } = await running.root.send(new GetObjectCommand({ Bucket: 'stores', Key: 'a' }));
    const restarted = await running.restarted();
    opened.splice(0, 1, restarted);
    expect(await keysOf(restarted)).toEqual(['a']);
    const object = await restarted.root.send(new GetObjectCommand({ Bucket: 'stores', Key: 'a' }));
    expect(object).toMatchObject({ ETag, ContentType: 'text/plain', Metadata: { token: 't' } });
    expect(await object.Body?.transformToString()).toBe('new');
    await expect(put(restarted, 'x', '1')).rejects.toMatchObject({ name: 'AccessDenied' });
    await put(restarted, 'a', 'newer', { IfMatch: ETag });
    expect(await read(restarted, 'a')).toBe('newer');
  });

  it('creating a bucket again keeps its objects and sets policy and notifications to what is given', async () => {
    const running = await start();
    await put(running, 'a', '1');
    const Resource = 'arn:aws:s3:::stores/*';
    const Statement = [{ Effect: 'Deny' as const, Principal: '*' as const, Action: 's3:GetObject', Resource }];
    await running.s3.createBucket({ name: 'stores', versioned: false, policy: { Statement } });
    await expect(read(running, 'a')).rejects.toMatchObject({ name: 'AccessDenied' });
    await running.s3.createBucket({ name: 'stores', versioned: false });
    expect(await read(running, 'a')).toBe('1');
  });
});

describe('a process killed in the middle of a write', () => {
  it('leaves a torn tail that is cut off, and everything before it', async () => {
    const running = await start();
    await put(running, 'a', '1');
    await put(running, 'b', 'b'.repeat(1000));
    const { size } = await stat(await newest(running.folder));
    for (const lost of [1, 500, 1100]) {
      const folder = await running.crashCopy();
      await truncate(await newest(folder), size - lost);
      const restarted = await start({ folder });
      expect(await keysOf(restarted)).toEqual(['a']);
      await put(restarted, 'c', '3');
      const again = await restarted.restarted();
      opened.splice(opened.indexOf(restarted), 1, again);
      expect(await keysOf(again)).toEqual(['a', 'c']);
    }
  });

  it('leaves garbage after the last record that is cut off', async () => {
    const running = await start();
    await put(running, 'a', '1');
    for (const garbage of [Buffer.alloc(4096), Buffer.from('0000000a00000000aaaaaaaaaaaaaaaaaaaa', 'hex')]) {
      const folder = await running.crashCopy();
      await appendFile(await newest(folder), garbage);
      expect(await keysOf(await start({ folder }))).toEqual(['a']);
    }
  });

  it('is told from damage in an older file, which stops the start and names the file', async () => {
    const running = await start({ segmentBytes: 10_000 });
    for (let index = 0; index < 30; index++) await put(running, `k${index}`, 'x'.repeat(1000));
    const folder = await running.crashCopy();
    const [oldest = ''] = await journalFiles(folder);
    const bytes = await readFile(oldest);
    bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
    await writeFile(oldest, bytes);
    await expect(start({ folder })).rejects.toMatchObject({
      name: 'JournalCorruptError',
      message: expect.stringContaining(oldest),
    });
  });

  it('is the only one that lets another process have the folder', async () => {
    const running = await start();
    const folder = await running.crashCopy();
    await writeFile(join(folder, 'lock'), '1');
    await expect(start({ folder })).rejects.toMatchObject({ name: 'JournalInUseError' });
  });
});

describe('garbage', () => {
  const segmentBytes = 64 * 1024;

  it('of an object that is written again and again does not fill the disk, and what lives is kept', async () => {
    const running = await start({ segmentBytes });
    for (let index = 0; index < 50; index++) await put(running, `kept/${index}`, `${index}`.repeat(500));
    await put(running, 'deleted', 'x');
    await running.root.send(new DeleteObjectCommand({ Bucket: 'stores', Key: 'deleted' }));
    let most = 0;
    for (let round = 0; round < 600; round++) {
      await put(running, 'hot', `${round}/`.padEnd(8 * 1024, 'x'));
      most = Math.max(most, running.s3.diskBytes());
    }
    const written = 600 * 8 * 1024;
    expect(most).toBeLessThan(written / 5);

    for (const check of [running, await start({ folder: await running.crashCopy(), segmentBytes })]) {
      for (let index = 0; index < 50; index++) expect(await read(check, `kept/${index}`)).toBe(`${index}`.repeat(500));
      expect(await read(check, 'hot')).toMatch(/^599\/x/);
      expect(await keysOf(check)).not.toContain('deleted');
    }
  });

  it('can be collected while objects are read, written and deleted, and killed at any moment of that', async () => {
    const running = await start({ segmentBytes });
    const expected = new Map<string, string>();
    const copies: { folder: string; state: Map<string, string> }[] = [];
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let step = 0; step < 1500; step++) {
      const key = `k${random(40)}`;
      if (random(4) === 0) {
        await running.root.send(new DeleteObjectCommand({ Bucket: 'stores', Key: key }));
        expected.delete(key);
      } else {
        const body = `${step}:`.padEnd(random(4000) + 10, 'y');
        await put(running, key, body);
        expected.set(key, body);
      }
      if (step % 150 === 149) copies.push({ folder: await running.crashCopy(), state: new Map(expected) });
    }
    for (const copy of copies) {
      const restarted = await start({ folder: copy.folder, segmentBytes });
      expect(await keysOf(restarted)).toEqual([...copy.state.keys()].sort());
      for (const [key, body] of copy.state) expect(await read(restarted, key)).toBe(body);
    }
  });
});

describe('in bad weather', () => {
  it('refuses a share of writes with 503 SlowDown, without doing them', async () => {
    const running = await start({ conditions: { seed: 3, writesRefused: 0.5 } });
    let refused = 0;
    for (let index = 0; index < 40; index++) {
      const outcome = await put(running, `k${index}`, 'x').then(
        () => 'done',
        (error: Error) => error.name,
      );
      if (outcome !== 'done') {
        expect(outcome).toBe('SlowDown');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(5);
    expect(await keysOf(running)).toHaveLength(40 - refused);
  });

  it('does a share of writes whose answer never comes', async () => {
    const running = await start({ conditions: { writeAnswersLost: 1 } });
    await expect(put(running, 'a', 'x', { IfNoneMatch: '*' })).rejects.not.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put(running, 'a', 'x', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await keysOf(running)).toEqual(['a']);
  });
});

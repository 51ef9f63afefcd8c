import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningS3, runS3 } from './running-s3.ts';

let running: RunningS3;
let buckets = 0;

beforeAll(async () => {
  running = await runS3();
});
afterAll(() => running.stop());

async function bucketWith(keys: readonly string[]): Promise<string> {
  const name = `listed-${++buckets}`;
  await running.s3.createBucket({ name, versioned: false });
  for (const Key of keys) await running.root.send(new PutObjectCommand({ Bucket: name, Key, Body: 'x' }));
  return name;
}

async function listAll(Bucket: string, more: Partial<ListObjectsV2CommandInput> = {}) {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const pages: number[] = [];
  let token: string | undefined;
  do {
    const page = await running.root.send(new ListObjectsV2Command({ Bucket, ContinuationToken: token, ...more }));
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
    pages.push(page.KeyCount ?? -1);
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return { keys, prefixes, pages };
}

const byUtf8 = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Letters that sort differently as UTF-16 and as UTF-8, and those that listings treat specially. */
const keyArbitrary = fc
  .array(fc.constantFrom('a', 'b', '/', '+', ' ', '&', 'é', '\ue000', '\uffee', '😀', '\u0001', '\r'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((units) => `k${units.join('')}`);

describe('listing', () => {
  it('pages through all keys in the order of their UTF-8 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keyArbitrary, { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (keys, MaxKeys) => {
          const Bucket = await bucketWith(keys);
          const listed = await listAll(Bucket, { MaxKeys });
          expect(listed.keys).toEqual([...keys].sort(byUtf8));
          expect(Math.max(...listed.pages)).toBeLessThanOrEqual(MaxKeys);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('starts after a key, keeps to a prefix and rolls up at a delimiter, as filtering a sorted array would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keyArbitrary, { maxLength: 25 }),
        keyArbitrary,
        fc.constantFrom('', 'k', 'ka', 'k/', 'ké', 'k😀'),
        fc.integer({ min: 1, max: 5 }),
        async (keys, StartAfter, Prefix, MaxKeys) => {
          const Bucket = await bucketWith(keys);
          const expected = keys.filter((key) => key.startsWith(Prefix) && byUtf8(key, StartAfter) > 0).sort(byUtf8);
          expect((await listAll(Bucket, { StartAfter, Prefix, MaxKeys })).keys).toEqual(expected);

          const matching = keys.filter((key) => key.startsWith(Prefix)).sort(byUtf8);
          const rolledUp = (key: string) => key.indexOf('/', Prefix.length) + 1;
          const listed = await listAll(Bucket, { Prefix, Delimiter: '/', MaxKeys });
          expect(listed.keys).toEqual(matching.filter((key) => rolledUp(key) === 0));
          const prefixes = matching.filter((key) => rolledUp(key) > 0).map((key) => key.slice(0, rolledUp(key)));
          expect(listed.prefixes).toEqual([...new Set(prefixes)]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('says size, ETag and whole seconds of each object', async () => {
    const Bucket = await bucketWith(['a']);
    const { Contents } = await running.root.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).toMatchObject([{ Key: 'a', Size: 1, ETag: '"9dd4e461268c8034f5c8564e155c67a6"' }]);
    expect(Contents?.[0]?.LastModified?.getMilliseconds()).toBe(0);
  });

  it('encodes keys when asked to', async () => {
    const Bucket = await bucketWith(['a b/ü']);
    const page = await running.root.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(page.Contents?.[0]?.Key).toBe('a+b/%C3%BC');
  });

  it('gives no more than 1,000 keys a page, whatever is asked', async () => {
    const name = `listed-${++buckets}`;
    await running.s3.createBucket({ name, versioned: false });
    const keys = Array.from({ length: 1001 }, (_, index) => String(index));
    await Promise.all(keys.map((Key) => running.root.send(new PutObjectCommand({ Bucket: name, Key, Body: 'x' }))));
    expect((await listAll(name, { MaxKeys: 5000 })).pages).toEqual([1000, 1]);
  });

  it('refuses a token that it did not give out', async () => {
    const Bucket = await bucketWith([]);
    const call = running.root.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'zzz' }));
    await expect(call).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('is empty and not truncated for a page of no keys', async () => {
    const Bucket = await bucketWith(['a']);
    const page = await running.root.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

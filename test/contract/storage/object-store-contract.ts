import type { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObjectStore } from '../../../storage/object-store.ts';

export interface OpenS3 {
  readonly client: S3Client;
  /** An empty bucket. */
  readonly bucket: string;
  readonly close: () => Promise<void>;
}

/** What the stores take for granted of an S3. Each test has one of its own, which `open` gives. */
export function objectStoreContract(name: string, open: () => Promise<OpenS3>): void {
  describe(`an object store on ${name}`, () => {
    let s3: OpenS3;
    let store: ObjectStore;

    beforeEach(async () => {
      s3 = await open();
      store = new ObjectStore(s3);
    });
    afterEach(() => s3.close());

    const concurrently = <T>(count: number, call: (n: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, n) => call(n)));
    const keysOf = (objects: readonly { readonly key: string }[]) => objects.map(({ key }) => key);

    async function etagOf(key: string): Promise<string> {
      return (await store.get(key))?.etag ?? '';
    }

    it('has nothing at first', async () => {
      expect(await store.get('a.json')).toBeUndefined();
      expect(await store.listPage('')).toEqual({ objects: [], isLast: true });
    });

    it('gives back what was written', async () => {
      const body = { text: 'Zürich €', list: [1, null, { deep: true }] };
      expect(await store.putIfAbsent('a b/ü+%.json', body)).toEqual({ outcome: 'written' });
      expect(await store.get('a b/ü+%.json')).toMatchObject({ key: 'a b/ü+%.json', body });
      expect(keysOf((await store.listPage('a b/')).objects)).toEqual(['a b/ü+%.json']);
    });

    it('finds an object without reading it, and says when there is none', async () => {
      expect(await store.head('a b/ü+%.json')).toBeUndefined();
      await store.putIfAbsent('a b/ü+%.json', { n: 1 });
      expect([await store.head('a b/ü+%.json')]).toEqual((await store.listPage('a b/')).objects);
    });

    it('keeps the first of two writes', async () => {
      await store.putIfAbsent('a.json', { n: 1 });
      const first = await store.get('a.json');
      expect(await store.putIfAbsent('a.json', { n: 2 })).toEqual({ outcome: 'already-written', existing: first });
      expect(await store.get('a.json')).toEqual(first);
    });

    it('lets exactly one of 20 concurrent writers win, and tells the others who did', async () => {
      const outcomes = await concurrently(20, (n) => store.putIfAbsent('a.json', { n }));
      const winners = outcomes.flatMap(({ outcome }, n) => (outcome === 'written' ? [n] : []));
      expect(winners).toHaveLength(1);
      const losers = outcomes.flatMap((each) => (each.outcome === 'written' ? [] : [each.existing.body]));
      expect(losers).toEqual(Array(19).fill({ n: winners[0] }));
    });

    it('replaces the object that is expected, and no other', async () => {
      await store.putIfAbsent('a.json', { n: 1 });
      const etag = await etagOf('a.json');
      expect(await store.compareAndSet('a.json', { n: 2 }, { etag })).toBe('written');
      expect(await store.compareAndSet('a.json', { n: 3 }, { etag })).toBe('changed');
      expect((await store.get('a.json'))?.body).toEqual({ n: 2 });
    });

    it('replaces no object that is missing', async () => {
      await store.putIfAbsent('a.json', { n: 1 });
      expect(await store.compareAndSet('b.json', { n: 2 }, { etag: await etagOf('a.json') })).toBe('changed');
      expect(await store.get('b.json')).toBeUndefined();
    });

    it('creates what is expected to be absent, once', async () => {
      expect(await store.compareAndSet('a.json', { n: 1 }, 'absent')).toBe('written');
      expect(await store.compareAndSet('a.json', { n: 2 }, 'absent')).toBe('changed');
      expect((await store.get('a.json'))?.body).toEqual({ n: 1 });
    });

    it('lets exactly one of 20 concurrent replacements win', async () => {
      await store.putIfAbsent('a.json', { n: 'first' });
      const etag = await etagOf('a.json');
      const outcomes = await concurrently(20, (n) => store.compareAndSet('a.json', { n }, { etag }));
      const winners = outcomes.flatMap((outcome, n) => (outcome === 'written' ? [n] : []));
      expect(winners).toHaveLength(1);
      expect((await store.get('a.json'))?.body).toEqual({ n: winners[0] });
    });

    it('loses none of 30 concurrent increments', async () => {
      const results = await concurrently(30, () =>
        store.update('count.json', (current) => {
          const n = ((current as { readonly n: number } | undefined)?.n ?? 0) + 1;
          return { write: { n }, result: n };
        }),
      );
      expect((await store.get('count.json'))?.body).toEqual({ n: 30 });
      expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    });

    it('lists the keys of a prefix in the order of their bytes', async () => {
      const keys = ['a/B', 'a/a', 'a/a.json', 'a/a/1', 'a/b', 'a/ü'];
      await concurrently(keys.length, (n) => store.putIfAbsent(keys[keys.length - 1 - n] ?? '', {}));
      await store.putIfAbsent('a', {});
      await store.putIfAbsent('b/1', {});
      expect(keysOf((await store.listPage('a/')).objects)).toEqual(keys);
      expect(keysOf((await store.listPage('a/', 'a/a.json')).objects)).toEqual(['a/a/1', 'a/b', 'a/ü']);
      expect(keysOf((await store.listPage('a/', 'a/aa')).objects)).toEqual(['a/b', 'a/ü']);
      expect(await store.listPage('a/', 'a/ü')).toEqual({ objects: [], isLast: true });
    });

    it('lists a page at a time', async () => {
      for (const key of ['a/1', 'a/2', 'a/3']) await store.putIfAbsent(key, {});
      const first = await store.listPage('a/', undefined, 2);
      expect([keysOf(first.objects), first.isLast]).toEqual([['a/1', 'a/2'], false]);
      const last = await store.listPage('a/', 'a/2', 2);
      expect([keysOf(last.objects), last.isLast]).toEqual([['a/3'], true]);
      const whole = await store.listPage('a/', undefined, 3);
      expect([keysOf(whole.objects), whole.isLast]).toEqual([['a/1', 'a/2', 'a/3'], true]);
    });

    it('lists on beyond a page of 1,000 keys', async () => {
      const keys = Array.from({ length: 1001 }, (_, n) => `a/${String(n).padStart(4, '0')}`);
      for (let from = 0; from < keys.length; from += 50) {
        await Promise.all(keys.slice(from, from + 50).map((key) => store.putIfAbsent(key, {})));
      }
      const listed: string[] = [];
      for await (const { key } of store.list('a/')) listed.push(key);
      expect(listed).toEqual(keys);
    });

    it('gives an object one time, in whole seconds, read or listed', async () => {
      await store.putIfAbsent('a.json', {});
      const read = await store.get('a.json');
      const { objects } = await store.listPage('a');
      expect(objects).toEqual([{ key: 'a.json', etag: read?.etag, lastModifiedAt: read?.lastModifiedAt }]);
      expect((read?.lastModifiedAt ?? 1) % 1000).toBe(0);
    });
  });
}

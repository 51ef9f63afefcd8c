import { describe, expect, it } from 'vitest';
import { APP_STORE_BUCKET, MemoryS3, memoryStores } from '../../support/memory-s3.ts';

const KEY = 'orders/1.json';

describe('the S3 in memory', () => {
  it('lets one of two writers of an absent object win', async () => {
    const { appStore } = memoryStores();
    const [first, second] = await Promise.all([
      appStore.putIfAbsent(KEY, { n: 1 }),
      appStore.putIfAbsent(KEY, { n: 2 }),
    ]);
    expect([first.outcome, second.outcome].sort()).toEqual(['already-written', 'written']);
  });

  it('refuses a compare with an object that changed, and with one that is gone', async () => {
    const { s3, appStore } = memoryStores();
    await appStore.putIfAbsent(KEY, { n: 1 });
    const etag = (await appStore.get(KEY))?.etag ?? '';
    s3.place(APP_STORE_BUCKET, KEY, { n: 2 });
    expect(await appStore.compareAndSet(KEY, { n: 3 }, { etag })).toBe('changed');
    s3.remove(APP_STORE_BUCKET, KEY);
    expect(await appStore.compareAndSet(KEY, { n: 3 }, { etag })).toBe('changed');
  });

  it('gives the same etag to the same content, as S3 does', async () => {
    const { s3, appStore } = memoryStores();
    s3.place(APP_STORE_BUCKET, KEY, { n: 1 });
    const etag = (await appStore.get(KEY))?.etag ?? '';
    s3.place(APP_STORE_BUCKET, KEY, { n: 2 });
    s3.place(APP_STORE_BUCKET, KEY, { n: 1 });
    expect(await appStore.compareAndSet(KEY, { n: 3 }, { etag })).toBe('written');
  });

  it('makes the planned calls fail and no other', async () => {
    const { s3, appStore } = memoryStores();
    s3.fail('unavailable', { operation: 'GetObject', key: /^orders\//, skip: 1, times: 2 });
    await appStore.get('items/1.json');
    await appStore.get(KEY);
    await expect(appStore.get(KEY)).rejects.toThrow('SlowDown');
    await expect(appStore.get(KEY)).rejects.toThrow('SlowDown');
    await appStore.get(KEY);
    expect(s3.counts()).toEqual({ GetObject: 5 });
  });

  it('has done what it answers as lost or unavailable afterwards, and only that', async () => {
    const { s3, appStore } = memoryStores();
    s3.fail('done-then-unavailable', { operation: 'PutObject' });
    await expect(appStore.putIfAbsent(KEY, { n: 1 })).rejects.toThrow('SlowDown');
    expect(s3.json(APP_STORE_BUCKET, KEY)).toEqual({ n: 1 });
    s3.fail('lost-response', { operation: 'PutObject' });
    expect(await appStore.putIfAbsent('orders/2.json', { n: 2 })).toEqual({ outcome: 'written' });
    expect(s3.counts({ key: 'orders/2.json' })).toEqual({ PutObject: 1, GetObject: 1 });
  });

  it('lists a prefix in pages, in order, with times in whole seconds', async () => {
    const { s3, appStore } = memoryStores(new MemoryS3({ now: () => 1999 }));
    for (const name of ['b', 'a', 'c']) s3.place(APP_STORE_BUCKET, `orders/${name}.json`, {});
    s3.place(APP_STORE_BUCKET, 'stock/a.json', {});
    const page = await appStore.listPage('orders/', 'orders/a.json', 1);
    expect(page).toEqual({
      objects: [{ key: 'orders/b.json', etag: expect.any(String) as string, lastModifiedAt: 1000 }],
      isLast: false,
    });
    expect(await appStore.listPage('orders/', 'orders/b.json', 1)).toMatchObject({ isLast: true });
  });

  it('holds a call back as long as the test likes', async () => {
    const { s3, appStore } = memoryStores();
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let release = (): void => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    s3.onCall = () => {
      arrive();
      return released;
    };
    const reading = appStore.get(KEY);
    await arrived;
    s3.place(APP_STORE_BUCKET, KEY, { n: 1 });
    release();
    expect((await reading)?.body).toEqual({ n: 1 });
  });
});

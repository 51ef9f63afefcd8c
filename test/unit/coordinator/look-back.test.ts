import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, type Cursor } from '../../../coordinator/cursor.ts';
import { lookBack } from '../../../coordinator/look-back.ts';
import { ORDER_RETENTION_MS } from '../../../coordinator/retention.ts';
import { orderKey } from '../../../workflow/keys.ts';
import { idAt, NOW } from './a-coordinator.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Keys in order, in pages of a thousand or fewer, as ObjectStore lists them. */
class Listing {
  keys: string[];
  listings = 0;
  readonly #pageSize: number;

  constructor(ids: readonly string[], pageSize = 1000) {
    this.keys = ids.map(orderKey).sort();
    this.#pageSize = pageSize;
  }

  listPage = async (_prefix: string, startAfter = '') => {
    this.listings += 1;
    const after = this.keys.filter((key) => key > startAfter);
    return {
      objects: after.slice(0, this.#pageSize).map((key) => ({ key, etag: '', lastModifiedAt: 0 })),
      isLast: after.length <= this.#pageSize,
    };
  };

  add(id: string): void {
    this.keys = [...this.keys, orderKey(id)].sort();
  }
}

async function pageThrough(appStore: Listing, limit: number, between: () => void = () => {}) {
  const pages: (readonly string[])[] = [];
  let cursor: Cursor | undefined;
  let mostListings = 0;
  for (let page = 0; page < 1000; page += 1) {
    const before = appStore.listings;
    const found = await lookBack({ appStore, now: NOW, horizon: NOW - ORDER_RETENTION_MS, limit, cursor });
    mostListings = Math.max(mostListings, appStore.listings - before);
    pages.push(found.executionIds);
    if (found.next === undefined) return { ids: pages.flat(), pages, mostListings };
    cursor = decodeCursor(encodeCursor(found.next));
    expect(cursor).toEqual(found.next);
    between();
  }
  throw new Error('there was a next page after a thousand pages');
}

function idsAt(instants: readonly number[]): string[] {
  return instants.map(idAt);
}

const newestFirst = (ids: readonly string[]) => [...ids].sort().reverse();

describe('looking back at orders', () => {
  it('finds every order once and newest first, whatever their times, the size of pages and of listings', async () => {
    const minute = fc.integer({ min: 0, max: 60_000 }).map((ms) => NOW - ms);
    const month = fc.integer({ min: 0, max: ORDER_RETENTION_MS }).map((ms) => NOW - ms);
    const burst = fc
      .tuple(month, fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 0, 1, 1000))
      .map(([at, count, gapMs]) =>
        Array.from({ length: count }, (_, index) => Math.max(NOW - ORDER_RETENTION_MS, at - index * gapMs)),
      );
    const ahead = fc.integer({ min: 1, max: HOUR_MS }).map((ms) => NOW + ms);
    const instants = fc
      .tuple(fc.array(minute), fc.array(month), fc.array(burst, { maxLength: 4 }), fc.array(ahead, { maxLength: 3 }))
      .map(([a, b, c, d]) => [...a, ...b, ...c.flat(), ...d]);
    await fc.assert(
      fc.asyncProperty(
        instants,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 5, max: 40 }),
        async (at, limit, pageSize) => {
          const ids = idsAt(at);
          const { ids: found, pages } = await pageThrough(new Listing(ids, pageSize), limit);
          expect(found).toEqual(newestFirst(ids));
          expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 200, seed: Number(process.env.SEED ?? 7) },
    );
  });

  it('needs one listing in a shop without orders, and ends', async () => {
    const appStore = new Listing([]);
    expect(await pageThrough(appStore, 50)).toEqual({ ids: [], pages: [[]], mostListings: 1 });
  });

  it('needs one listing a page in a shop with few orders, however old', async () => {
    const appStore = new Listing(idsAt(Array.from({ length: 200 }, (_, index) => NOW - index * HOUR_MS)));
    expect(await pageThrough(appStore, 50)).toMatchObject({ mostListings: 1, pages: { length: 4 } });
  });

  it('finds the newest orders of a busy shop in a few listings', async () => {
    const tenASecond = Array.from({ length: 30_000 }, (_, index) => NOW - index * 100);
    const appStore = new Listing(idsAt(tenASecond));
    const { executionIds } = await lookBack({ appStore, now: NOW, horizon: NOW - ORDER_RETENTION_MS, limit: 50 });
    expect(executionIds).toEqual(newestFirst(idsFrom(appStore)).slice(0, 50));
    expect(appStore.listings).toBeLessThanOrEqual(5);
  });

  it('gives up a page after twenty listings, says how far it looked, and goes on from there', async () => {
    // Two bursts with more orders than a listing holds, a fortnight ago.
    const at = NOW - 14 * 24 * HOUR_MS;
    const ids = idsAt(
      Array.from({ length: 3000 }, (_, index) => at - (index % 2) * 10 * HOUR_MS - Math.floor(index / 20)),
    );
    const { ids: found, mostListings } = await pageThrough(new Listing(ids, 100), 200);
    expect(found).toEqual(newestFirst(ids));
    expect(mostListings).toBeLessThanOrEqual(40);
  });

  it('lists a single millisecond with more orders than a listing holds to its end', async () => {
    const ids = idsAt(Array.from({ length: 250 }, () => NOW - HOUR_MS));
    expect((await pageThrough(new Listing(ids, 20), 30)).ids).toEqual(newestFirst(ids));
  });

  it('neither repeats nor misses an order while new ones arrive', async () => {
    const ids = idsAt(Array.from({ length: 120 }, (_, index) => NOW - index * 1000));
    const appStore = new Listing(ids, 30);
    let arrived = 0;
    const { ids: found } = await pageThrough(appStore, 7, () => appStore.add(idAt(NOW + (arrived += 1))));
    expect(found).toEqual(newestFirst(ids));
    expect(arrived).toBeGreaterThan(10);
  });

  it('passes over keys that are no orders', async () => {
    const ids = idsAt([NOW - 1, NOW - HOUR_MS]);
    const appStore = new Listing(ids, 5);
    const strange = ['orders/', 'orders/0', 'orders/x.json', `orders/${ids[0]}`, `orders/${ids[0]}.json.bak`];
    appStore.keys = [
      ...appStore.keys,
      ...strange,
      ...Array.from({ length: 50 }, (_, index) => `orders/z${index}.json`),
    ].sort();
    expect((await pageThrough(appStore, 1)).ids).toEqual(newestFirst(ids));
  });

  it('looks at nothing older than the horizon', async () => {
    const appStore = new Listing(idsAt([NOW, NOW - ORDER_RETENTION_MS, NOW - ORDER_RETENTION_MS - 1]));
    const { executionIds, lookedBackTo } = await lookBack({
      appStore,
      now: NOW,
      horizon: NOW - ORDER_RETENTION_MS,
      limit: 50,
    });
    expect(executionIds).toHaveLength(2);
    expect(lookedBackTo).toBe(NOW - ORDER_RETENTION_MS);
  });
});

function idsFrom(appStore: Listing): string[] {
  return appStore.keys.map((key) => key.slice('orders/'.length, -'.json'.length));
}

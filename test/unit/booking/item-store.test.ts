import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planShares } from '../../../booking/allocation.ts';
import type { ItemInput } from '../../../booking/item.ts';
import { ItemStore } from '../../../booking/item-store.ts';
import { itemKey, stockShardKey } from '../../../booking/keys.ts';
import { STOCK_SHARDS, usedUnits, type StockShard } from '../../../booking/stock.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';
import { chooserOf, SteppedObjects } from '../../support/stepped-objects.ts';

function anItemInput(fields: Partial<ItemInput> = {}): ItemInput {
  return { itemId: 'seat', name: 'A seat', price: 1250, currency: 'EUR', units: 20, ...fields };
}

function aShop() {
  const { s3, appStore } = memoryStores();
  const stock = new StockStore({ objects: appStore });
  const items = new ItemStore({ objects: appStore, stock });
  const units = () =>
    s3.keys(APP_STORE_BUCKET, 'stock/seat/').map((key) => (s3.json(APP_STORE_BUCKET, key) as StockShard).units);
  return { s3, stock, items, units };
}

describe('putting an item', () => {
  it.each([
    { fields: { itemId: 'Not An Id' }, wrong: 'itemId' },
    { fields: { price: -1 }, wrong: 'price' },
    { fields: { units: 1.5 }, wrong: 'units' },
    { fields: { currency: 'eur' }, wrong: 'currency' },
  ])('refuses what is not an item and names the field: $fields', async ({ fields, wrong }) => {
    const { items, s3 } = aShop();
    await expect(items.put(anItemInput(fields))).rejects.toThrow(new RegExp(`not an item: ${wrong}`));
    expect(s3.calls).toEqual([]);
  });

  it('refuses fewer units than are held or sold, and leaves the item as it was', async () => {
    const { items, stock } = aShop();
    await items.put(anItemInput());
    await stock.hold(anExecutionId(), 'seat', 7);
    expect(await items.put(anItemInput({ units: 6, price: 1 }))).toEqual({ outcome: 'too-few-units', used: 7 });
    expect(await items.get('seat')).toEqual({ ...anItemInput(), revision: 1 });
    expect(await items.availability('seat')).toMatchObject({ units: 20, available: 13 });
  });

  it('takes away every unit that is free, wherever the held ones lie', async () => {
    const { items, stock } = aShop();
    await items.put(anItemInput());
    await stock.hold(anExecutionId(), 'seat', 7);
    expect(await items.put(anItemInput({ units: 7 }))).toMatchObject({ outcome: 'put' });
    expect(await items.availability('seat')).toEqual({ units: 7, held: 7, sold: 0, available: 0 });
  });

  it.each(['unavailable', 'done-then-unavailable'] as const)(
    'is completed by a repeat when it died at any of its writes (%s)',
    async (fault) => {
      for (let written = 0; written < 1 + 2 * STOCK_SHARDS; written += 1) {
        const { items, s3, units } = aShop();
        s3.fail(fault, { operation: 'PutObject', skip: written, times: 100 });
        await expect(items.put(anItemInput())).rejects.toThrow(/SlowDown/);
        s3.heal();
        expect(await items.put(anItemInput())).toEqual({ outcome: 'put', item: { ...anItemInput(), revision: 1 } });
        expect(units()).toEqual([3, 3, 3, 3, 2, 2, 2, 2]);
      }
    },
  );

  it('writes nothing when it is repeated', async () => {
    const { items, s3 } = aShop();
    await items.put(anItemInput());
    s3.calls.length = 0;
    await items.put(anItemInput());
    expect(s3.counts({ operation: 'PutObject' })).toEqual({});
  });

  it('counts a change of the price as a revision and leaves the stock alone', async () => {
    const { items, s3 } = aShop();
    await items.put(anItemInput());
    s3.calls.length = 0;
    expect(await items.put(anItemInput({ price: 1300 }))).toMatchObject({ item: { price: 1300, revision: 2 } });
    expect(s3.counts({ operation: 'PutObject' })).toEqual({ PutObject: 1 });
    expect(s3.calls.find(({ operation }) => operation === 'PutObject')?.key).toBe(itemKey('seat'));
  });

  it('adds units for sale, also to shards that were sold out', async () => {
    const { items, stock } = aShop();
    await items.put(anItemInput({ units: 8 }));
    await stock.hold(anExecutionId(), 'seat', 8);
    await items.put(anItemInput({ units: 16 }));
    expect(await items.availability('seat')).toEqual({ units: 16, held: 8, sold: 0, available: 8 });
    expect(await stock.hold(anExecutionId({ n: 1 }), 'seat', 8)).toBe('held');
  });

  it('lets an older put overwrite nothing of a newer one', async () => {
    const { items, s3, units } = aShop();
    s3.before({ operation: 'PutObject', key: stockShardKey('seat', 5) }, () => items.put(anItemInput({ units: 80 })));
    await items.put(anItemInput({ units: 8 }));
    expect(units()).toEqual(new Array(8).fill(10));
    expect(await items.get('seat')).toMatchObject({ units: 80, revision: 2 });
  });

  it('leaves the item with the units that are used, when orders use them up while it takes them away', async () => {
    const { items, s3, stock } = aShop();
    await items.put(anItemInput());
    s3.before({ operation: 'PutObject', key: itemKey('seat') }, () => stock.hold(anExecutionId(), 'seat', 12));
    expect(await items.put(anItemInput({ units: 10 }))).toEqual({ outcome: 'too-few-units', used: 12 });
    expect(await items.get('seat')).toMatchObject({ units: 12 });
    expect(await items.availability('seat')).toEqual({ units: 12, held: 12, sold: 0, available: 0 });
  });
});

describe('puts beside orders', () => {
  it('never have more given than the largest number of units put, and end with the number put last', async () => {
    const scenario = fc.record({
      first: fc.nat(6),
      puts: fc.array(fc.nat(6), { minLength: 1, maxLength: 2 }),
      quantities: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      picks: fc.array(fc.nat(60), { minLength: 150, maxLength: 150 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ first, puts, quantities, picks }) => {
        const objects = new SteppedObjects();
        const stock = new StockStore({ objects, shards: 3 });
        const items = new ItemStore({
          objects: { get: objects.get.bind(objects), update: objects.update.bind(objects), listPage: noListing },
          stock,
        });
        const most = Math.max(first, ...puts);
        const shards = () =>
          [0, 1, 2].map((index) => objects.json(stockShardKey('seat', index)) as StockShard | undefined);
        const given = () => shards().reduce((sum, shard) => sum + (shard ? usedUnits(shard) : 0), 0);
        const putting = items.put(anItemInput({ units: first }));
        await objects.run(() => 0);
        await putting;

        const running = Promise.all([
          ...puts.map((units) => items.put(anItemInput({ units }))),
          ...quantities.map((quantity, n) => stock.hold(anExecutionId({ n }), 'seat', quantity)),
        ]);
        await objects.run(chooserOf(picks), () => expect(given()).toBeLessThanOrEqual(most));
        await running;
        const last = items.put(anItemInput({ units: most }));
        await objects.run(() => 0);
        expect(await last).toMatchObject({ outcome: 'put' });
        expect(shards().reduce((sum, shard) => sum + (shard?.units ?? 0), 0)).toBe(most);
      }),
      { numRuns: 200 },
    );
  });
});

const noListing = () => Promise.reject(new Error('nobody lists here'));

describe('sharing out units', () => {
  it('gives each shard what it used and spreads what is free evenly', () => {
    expect(planShares(10, [4, 0, 0])).toEqual([6, 2, 2]);
    expect(planShares(20, new Array<number>(8).fill(0))).toEqual([3, 3, 3, 3, 2, 2, 2, 2]);
  });

  it('always adds up to the units, with nobody below what it used, or says that they are too few', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }), (units, used) => {
        const shares = planShares(units, used);
        const usedInAll = used.reduce((sum, each) => sum + each, 0);
        if (shares === undefined) return units < usedInAll;
        return (
          shares.reduce((sum, each) => sum + each, 0) === units &&
          shares.every((share, index) => share >= (used[index] ?? 0))
        );
      }),
    );
  });
});

describe('reading items', () => {
  it('knows nothing of an item that was never put', async () => {
    const { items } = aShop();
    expect(await items.get('ghost')).toBeUndefined();
    expect(await items.availability('ghost')).toBeUndefined();
  });

  it('leaves an item out of the list that cannot be read, says so, and shows the others', async () => {
    const { s3, appStore } = memoryStores();
    const unreadable: string[] = [];
    const items = new ItemStore({ objects: appStore, onUnreadable: (itemId) => unreadable.push(itemId) });
    await items.put(anItemInput());
    s3.place(APP_STORE_BUCKET, itemKey('broken'), 'not JSON');
    s3.place(APP_STORE_BUCKET, itemKey('strange'), { itemId: 'strange' });
    expect((await items.list()).map(({ itemId }) => itemId)).toEqual(['seat']);
    expect(unreadable).toEqual(['broken', 'strange']);
  });

  it('lists items by id, and no more than 200', async () => {
    const { items, s3 } = aShop();
    await items.put(anItemInput());
    const record = s3.json(APP_STORE_BUCKET, itemKey('seat')) as object;
    for (let n = 0; n < 250; n += 1)
      s3.place(APP_STORE_BUCKET, itemKey(`a${String(n).padStart(3, '0')}`), { ...record, itemId: `a${n}` });
    const listed = await items.list();
    expect(listed).toHaveLength(200);
    expect(listed[0]).toEqual({ ...anItemInput({ itemId: 'a0' }), revision: 1 });
  });

  it('names the item and the field when its document cannot be read', async () => {
    const { items, s3 } = aShop();
    s3.place(APP_STORE_BUCKET, itemKey('seat'), { ...anItemInput(), units: 'many' });
    await expect(items.get('seat')).rejects.toThrow(/items\/seat\.json cannot be read: units/);
  });
});

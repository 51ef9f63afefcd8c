import { describe, expect, it } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { stockShardKey } from '../../../booking/keys.ts';
import { emptyShard, STOCK_SHARDS, type StockShard } from '../../../booking/stock.ts';
import { StockStore, UnreadableStockError } from '../../../booking/stock-store.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';

const ID = anExecutionId({ home: 0 });

async function anItem(units: number) {
  const { s3, appStore } = memoryStores();
  const items = new ItemStore({ objects: appStore });
  await items.put({ itemId: 'seat', name: 'A seat', price: 100, currency: 'EUR', units });
  const stock = new StockStore({ objects: appStore });
  s3.calls.length = 0;
  const shard = (index: number) => s3.json(APP_STORE_BUCKET, stockShardKey('seat', index)) as StockShard;
  return { s3, stock, items, shard };
}

describe('holding', () => {
  it('holds once although the answer to its write was lost', async () => {
    const { s3, stock, items } = await anItem(80);
    s3.fail('lost-response', { operation: 'PutObject' });
    expect(await stock.hold(ID, 'seat', 2)).toBe('held');
    expect(await items.availability('seat')).toEqual({ units: 80, held: 2, sold: 0, available: 78 });
  });

  it('tries a write again that S3 answers with 409', async () => {
    const { s3, stock } = await anItem(80);
    s3.fail('conflict', { operation: 'PutObject', times: 2 });
    expect(await stock.hold(ID, 'seat', 2)).toBe('held');
  });

  it('decides anew when somebody else changed the shard between its read and its write', async () => {
    const { s3, stock, shard } = await anItem(8);
    const other = anExecutionId({ n: 1, home: 0 });
    s3.before({ operation: 'PutObject' }, () => {
      s3.place(APP_STORE_BUCKET, stockShardKey('seat', 0), { ...shard(0), held: { [other]: 1 } });
    });
    expect(await stock.hold(ID, 'seat', 1)).toBe('held');
    expect(shard(0).held).toEqual({ [other]: 1, [ID]: 0 });
    expect(shard(1).held).toEqual({ [ID]: 1 });
  });

  it('is closed to an execution whose slot recovery closed while the hold was under way', async () => {
    const { s3, stock, shard } = await anItem(80);
    s3.before({ operation: 'PutObject' }, () => stock.close(ID, 'seat'));
    expect(await stock.hold(ID, 'seat', 2)).toBe('closed');
    expect(shard(0).held).toEqual({});
  });

  it('reads and writes one shard when home has enough', async () => {
    const { s3, stock } = await anItem(80);
    await stock.hold(ID, 'seat', 10);
    expect(s3.counts()).toEqual({ GetObject: 1, PutObject: 1 });
  });

  it('takes the quantity together from several shards when home has not enough', async () => {
    const { stock, shard, items } = await anItem(16);
    expect(await stock.hold(ID, 'seat', 5)).toBe('held');
    expect([shard(0), shard(1), shard(2), shard(3)].map((each) => each.held[ID])).toEqual([2, 2, 1, undefined]);
    expect(await items.availability('seat')).toMatchObject({ held: 5, available: 11 });
  });

  it('writes nothing at all when too little is left', async () => {
    const { s3, stock } = await anItem(16);
    expect(await stock.hold(ID, 'seat', 17)).toBe('sold-out');
    expect(s3.counts()).toEqual({ GetObject: 1 + STOCK_SHARDS });
  });

  it('sells every unit, and not one more', async () => {
    const { stock, items } = await anItem(21);
    const ids = Array.from({ length: 30 }, (_, n) => anExecutionId({ n }));
    const outcomes = await Promise.all(ids.map((id) => stock.hold(id, 'seat', 1)));
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(21);
    expect(outcomes.filter((outcome) => outcome === 'sold-out')).toHaveLength(9);
    expect(await items.availability('seat')).toEqual({ units: 21, held: 21, sold: 0, available: 0 });
  });

  it('does not know an item that was never put', async () => {
    const { stock } = await anItem(1);
    expect(await stock.hold(ID, 'ghost', 1)).toBe('unknown-item');
  });

  it('names the document and what is wrong with it when it cannot be read', async () => {
    const { s3, stock } = await anItem(8);
    s3.place(APP_STORE_BUCKET, stockShardKey('seat', 0), { ...emptyShard('seat', 0), units: -1 });
    await expect(stock.hold(ID, 'seat', 1)).rejects.toThrow(UnreadableStockError);
    await expect(stock.hold(ID, 'seat', 1)).rejects.toThrow(/stock\/seat\/00\.json cannot be read: units/);
  });
});

describe('closing', () => {
  it('bars an execution of an item that nobody put yet, also once it is put', async () => {
    const { stock, items } = await anItem(8);
    await stock.close(ID, 'later');
    expect(await stock.hold(ID, 'later', 1)).toBe('unknown-item');
    await items.put({ itemId: 'later', name: 'Later', price: 1, currency: 'EUR', units: 80 });
    expect(await stock.hold(ID, 'later', 1)).toBe('closed');
  });

  it('gives every part back once and tells what it had found, however often it is asked', async () => {
    const { stock, items } = await anItem(16);
    await stock.hold(ID, 'seat', 5);
    expect(await stock.slot(ID, 'seat')).toEqual({ units: 5, isClosed: false });
    expect(await stock.close(ID, 'seat')).toEqual({ units: 5 });
    expect(await stock.slot(ID, 'seat')).toEqual({ units: 0, isClosed: true });
    expect(await stock.close(ID, 'seat')).toEqual({ units: 5 });
    expect(await items.availability('seat')).toMatchObject({ held: 0, available: 16 });
  });

  it('changes one shard when the execution never sought', async () => {
    const { s3, stock } = await anItem(80);
    await stock.hold(ID, 'seat', 1);
    s3.calls.length = 0;
    await stock.close(ID, 'seat');
    expect(s3.counts()).toEqual({ GetObject: 1, PutObject: 1 });
  });

  it('does not call a slot closed of which only home is, when the execution sought', async () => {
    const { s3, stock, shard } = await anItem(16);
    await stock.hold(ID, 'seat', 5);
    s3.place(APP_STORE_BUCKET, stockShardKey('seat', 0), { ...shard(0), held: {}, closed: [ID] });
    expect(await stock.slot(ID, 'seat')).toEqual({ units: 3, isClosed: false });
  });
});

import { describe, expect, it } from 'vitest';
import { STOCK_HORIZON_MS } from '../../../booking/horizon.ts';
import { stockShardKey } from '../../../booking/keys.ts';
import { emptyShard, type StockShard } from '../../../booking/stock.ts';
import { compactStock, type StatusOf } from '../../../booking/stock-compaction.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';

const NOW = Date.UTC(2026, 0, 2);
const OLD = NOW - STOCK_HORIZON_MS - 1;

/** An item with one shard document. */
function aShard(fields: Partial<StockShard>) {
  const { s3, appStore } = memoryStores();
  s3.place(APP_STORE_BUCKET, stockShardKey('seat', 0), {
    ...emptyShard('seat', 0),
    units: 100,
    revision: 1,
    ...fields,
  });
  const asked: string[] = [];
  return {
    asked,
    read: () => s3.json(APP_STORE_BUCKET, stockShardKey('seat', 0)) as StockShard,
    compact: (statusOf: StatusOf, maxAsked?: number) =>
      compactStock({
        stock: new StockStore({ objects: appStore }),
        itemId: 'seat',
        now: NOW,
        statusOf: (id) => {
          asked.push(id);
          return statusOf(id);
        },
        ...(maxAsked !== undefined && { maxAsked }),
      }),
  };
}

const endedOld: StatusOf = async () => ({ status: 'SUCCEEDED', endedAt: OLD });

describe('compacting the stock of an item', () => {
  it('keeps the tombstone of an execution that ended within the horizon, for a late invocation may still come', async () => {
    const id = anExecutionId({ at: NOW - 2 * STOCK_HORIZON_MS });
    const shard = aShard({ closed: [id] });
    expect(await shard.compact(async () => ({ status: 'FAILED', endedAt: OLD + 1 }))).toMatchObject({
      asked: 1,
      folded: 0,
      left: 0,
    });
    expect(shard.read().closed).toEqual([id]);
  });

  it('keeps the entry of an execution of which nobody knows the end', async () => {
    const id = anExecutionId({ at: NOW - 2 * STOCK_HORIZON_MS });
    const shard = aShard({ held: { [id]: 2 } });
    await shard.compact(async () => undefined);
    expect(shard.read().held).toEqual({ [id]: 2 });
  });

  it('asks for nobody whose id is younger than the horizon', async () => {
    const shard = aShard({ held: { [anExecutionId({ at: NOW - STOCK_HORIZON_MS })]: 1 } });
    expect(await shard.compact(endedOld)).toMatchObject({ asked: 0, folded: 0, left: 0 });
  });

  it('leaves alone an entry whose name is no execution id', async () => {
    const shard = aShard({ held: { mallory: 1 } });
    expect(await shard.compact(endedOld)).toMatchObject({ asked: 0, folded: 0, left: 0 });
  });

  it('asks for no more than it may, oldest first, and says how many are left', async () => {
    const ids = [3, 1, 2].map((n) => anExecutionId({ at: NOW - 2 * STOCK_HORIZON_MS + n }));
    const shard = aShard({ held: Object.fromEntries(ids.map((id) => [id, 1])) });
    expect(await shard.compact(endedOld, 2)).toMatchObject({ asked: 2, folded: 2, left: 1 });
    expect(shard.asked).toEqual([...ids].sort().slice(0, 2));
    expect(shard.read()).toMatchObject({ sold: 2, held: { [ids[0] ?? '']: 1 } });
  });

  it('leaves a document as small after many orders as it was before the first', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => anExecutionId({ n, at: OLD - 1000 }));
    const shard = aShard({
      held: Object.fromEntries(ids.map((id) => [id, 1])),
      closed: [anExecutionId({ n: 99, at: OLD - 1000 })],
    });
    await shard.compact(async (id) => ({ status: ids.includes(id) ? 'SUCCEEDED' : 'FAILED', endedAt: OLD }));
    expect(shard.read()).toEqual({ ...emptyShard('seat', 0), units: 100, revision: 1, sold: 50 });
  });
});

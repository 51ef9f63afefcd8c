import { describe, expect, it } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { stockShardKey } from '../../../booking/keys.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { readExecutionEnd } from '../../../monitor/sweep/execution-end.ts';
import { StockHousekeeping } from '../../../monitor/stock-housekeeping.ts';
import { recoveryKey, stepRecordKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { aSuccess, DEFINITION } from './builders.ts';

async function aShop() {
  const clock = new FakeClock();
  const { s3, appStore, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const stock = new StockStore({ objects: appStore });
  const items = new ItemStore({ objects: appStore, stock });
  const logger = new RecordingLogger();
  for (const itemId of ['chair', 'table'])
    await items.put({ itemId, name: itemId, price: 1, currency: 'EUR', units: 5000 });
  const housekeeping = new StockHousekeeping({
    appStore,
    stock,
    endOf: (id) => readExecutionEnd(store, DEFINITION, id),
    clock,
    logger,
    random: () => 0,
  });
  const compact = () => housekeeping.pass(new AbortController().signal);
  const succeed = (executionId: string) =>
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'payment'), aSuccess('payment', executionId));
  return { clock, s3, stock, logger, compact, succeed };
}

describe('keeping stock documents small', () => {
  it('folds what succeeded and what was recovered long ago, and keeps what still runs', async () => {
    const { clock, s3, stock, compact, succeed } = await aShop();
    const [sold, undone, running] = [1, 2, 3].map((n) => anExecutionId({ at: clock.now(), n })) as [
      string,
      string,
      string,
    ];
    for (const executionId of [sold, undone, running]) await stock.hold(executionId, 'chair', 2);
    succeed(sold);
    await stock.close(undone, 'chair');
    s3.place(STATE_STORAGE_BUCKET, recoveryKey(undone), {});
    await clock.advance(3_600_000);
    await compact();
    expect(await stock.units('chair')).toEqual({ units: 5000, held: 2, sold: 2, available: 4996 });
    expect((await stock.slot(undone, 'chair')).isClosed).toBe(false);
  });

  it('comes to the end of more entries than one round asks for', async () => {
    const { clock, stock, compact, succeed } = await aShop();
    for (let n = 0; n < 600; n += 1) {
      const executionId = anExecutionId({ at: clock.now(), n, home: 0 });
      await stock.hold(executionId, 'chair', 1);
      succeed(executionId);
    }
    await clock.advance(3_600_000);
    await compact();
    expect(await stock.units('chair')).toMatchObject({ held: 0, sold: 600 });
  });

  it('is not kept from other entries by an execution whose record is not JSON', async () => {
    const { clock, s3, stock, compact, succeed } = await aShop();
    const [broken, sold] = [1, 2].map((n) => anExecutionId({ at: clock.now(), n, home: 0 })) as [string, string];
    for (const executionId of [broken, sold]) await stock.hold(executionId, 'chair', 1);
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(broken, 'payment'), 'not JSON');
    succeed(sold);
    await clock.advance(3_600_000);
    await compact();
    expect(await stock.units('chair')).toMatchObject({ held: 1, sold: 1 });
  });

  it('is not kept from another item by one whose stock cannot be read, and says which', async () => {
    const { clock, s3, stock, logger, compact, succeed } = await aShop();
    const sold = anExecutionId({ at: clock.now(), n: 1 });
    await stock.hold(sold, 'table', 1);
    succeed(sold);
    s3.place(APP_STORE_BUCKET, stockShardKey('chair', 0), 'not JSON');
    await clock.advance(3_600_000);
    await compact();
    expect(await stock.units('table')).toMatchObject({ sold: 1 });
    expect(logger.events).toMatchObject([{ level: 'warn', fields: { itemId: 'chair' } }]);
  });

  it('reads no document of an item that nobody has touched since it was found empty', async () => {
    const { s3, compact } = await aShop();
    await compact();
    const reads = () => s3.counts().GetObject ?? 0;
    const before = reads();
    await compact();
    expect(before).toBeGreaterThan(0);
    expect(reads()).toBe(before);
  });

  it('comes back to an item that was empty as soon as somebody has bought it', async () => {
    const { clock, stock, compact, succeed } = await aShop();
    await compact();
    await compact();
    const sold = anExecutionId({ at: clock.now(), n: 1 });
    await stock.hold(sold, 'chair', 2);
    succeed(sold);
    await compact();
    await clock.advance(3_600_000);
    await compact();
    expect(await stock.units('chair')).toMatchObject({ held: 0, sold: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { stockShardKey } from '../../../booking/keys.ts';
import { Ledger } from '../../../booking/ledger.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { bookingHandlers } from '../../../recovery/booking/handlers.ts';
import type { RecoveryHandler, RecoveryInput } from '../../../recovery/handler.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput } from '../../support/an-order.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';

const ID = anExecutionId({ home: 0 });

function aFailedExecution(input: unknown = anOrderInput()): RecoveryInput {
  const failure = {
    kind: 'TYPE_ERROR',
    error: 'TypeError',
    message: 'broken',
    signal: 'log',
    attempt: 1,
    detectedAt: 0,
    step: 'payment',
  } as const;
  return {
    failure,
    execution: {
      executionId: ID,
      status: 'RECOVERING',
      workflow: { name: 'booking', version: 1 },
      submittedAt: 0,
      input,
      steps: [],
      failure,
    },
  };
}

async function aShop(units = 80) {
  const { s3, appStore } = memoryStores();
  const stock = new StockStore({ objects: appStore });
  const items = new ItemStore({ objects: appStore, stock });
  await items.put({ itemId: 'seat', name: 'A seat', price: 1250, currency: 'EUR', units });
  const handlers = bookingHandlers({ appStore });
  const named = (name: string): RecoveryHandler => {
    const handler = handlers.find((each) => each.name === name);
    if (handler === undefined) throw new Error(`no handler ${name}`);
    return handler;
  };
  return {
    s3,
    stock,
    items,
    ledger: new Ledger({ objects: appStore }),
    closeStock: named('close-stock-slot'),
    cancelPayment: named('cancel-payment'),
  };
}

const REQUEST = { idempotencyKey: ID, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' };

describe('closing the stock slot', () => {
  it('undoes confirm-order', async () => {
    expect((await aShop()).closeStock.step).toBe('confirm-order');
  });

  it('is not done as long as a part is held anywhere', async () => {
    const { closeStock, stock, s3 } = await aShop(16);
    await stock.hold(ID, 'seat', 5);
    const home = s3.json(APP_STORE_BUCKET, stockShardKey('seat', 0)) as object;
    s3.place(APP_STORE_BUCKET, stockShardKey('seat', 0), { ...home, held: {}, closed: [ID] });
    expect(await closeStock.check(aFailedExecution())).toEqual({
      isUndone: false,
      state: { itemId: 'seat', units: 3, isClosed: false },
    });
  });

  it('is not done as long as a late hold could come, although nothing is held', async () => {
    const { closeStock } = await aShop();
    expect(await closeStock.check(aFailedExecution())).toEqual({
      isUndone: false,
      state: { itemId: 'seat', units: 0, isClosed: false },
    });
  });

  it('bars a hold that comes late, when it found nothing', async () => {
    const { closeStock, stock } = await aShop();
    expect(await closeStock.undo(aFailedExecution())).toEqual({ itemId: 'seat', units: 0 });
    expect(await closeStock.check(aFailedExecution())).toMatchObject({ isUndone: true });
    expect(await stock.hold(ID, 'seat', 2)).toBe('closed');
  });

  it('gives units back once, however often it runs, and tells what it found the first time', async () => {
    const { closeStock, stock, items } = await aShop(16);
    await stock.hold(ID, 'seat', 5);
    expect(await closeStock.undo(aFailedExecution())).toEqual({ itemId: 'seat', units: 5 });
    expect(await closeStock.undo(aFailedExecution())).toEqual({ itemId: 'seat', units: 5 });
    expect(await closeStock.check(aFailedExecution())).toEqual({
      isUndone: true,
      state: { itemId: 'seat', units: 0, isClosed: true },
    });
    expect(await items.availability('seat')).toEqual({ units: 16, held: 0, sold: 0, available: 16 });
  });

  it('can be repeated when S3 failed in the middle of it', async () => {
    const { closeStock, stock, items, s3 } = await aShop(16);
    await stock.hold(ID, 'seat', 5);
    s3.fail('unavailable', { operation: 'PutObject', skip: 3, times: 100 });
    await expect(closeStock.undo(aFailedExecution())).rejects.toThrow('SlowDown');
    s3.heal();
    await closeStock.undo(aFailedExecution());
    expect(await closeStock.check(aFailedExecution())).toMatchObject({ isUndone: true });
    expect(await items.availability('seat')).toMatchObject({ held: 0 });
  });

  it('leaves the units of other executions alone', async () => {
    const { closeStock, stock, items } = await aShop();
    await stock.hold(anExecutionId({ n: 1, home: 0 }), 'seat', 2);
    await closeStock.undo(aFailedExecution());
    expect(await items.availability('seat')).toMatchObject({ held: 2 });
  });

  it.each([undefined, null, 'hello', { itemId: 'seat' }, { ...anOrderInput(), itemId: '../items/seat' }])(
    'is done at once for an input that is no order, for it held nothing: %j',
    async (input) => {
      const { closeStock, s3 } = await aShop();
      s3.calls.length = 0;
      expect(await closeStock.undo(aFailedExecution(input ?? null))).toEqual({ state: 'no readable order' });
      expect(await closeStock.check(aFailedExecution(input ?? null))).toEqual({
        isUndone: true,
        state: { state: 'no readable order' },
      });
      expect(s3.calls).toEqual([]);
    },
  );
});

describe('cancelling the payment', () => {
  it('undoes payment', async () => {
    expect((await aShop()).cancelPayment.step).toBe('payment');
  });

  it('is not done as long as the payment is captured, or could be', async () => {
    const { cancelPayment, ledger } = await aShop();
    expect(await cancelPayment.check(aFailedExecution())).toEqual({ isUndone: false, state: { status: 'none' } });
    await ledger.capture(REQUEST);
    expect(await cancelPayment.check(aFailedExecution())).toMatchObject({
      isUndone: false,
      state: { status: 'captured' },
    });
  });

  it('bars a capture that comes late, when it found nothing', async () => {
    const { cancelPayment, ledger } = await aShop();
    expect(await cancelPayment.undo(aFailedExecution())).toEqual({ status: 'none' });
    expect(await cancelPayment.check(aFailedExecution())).toEqual({ isUndone: true, state: { status: 'cancelled' } });
    expect(await ledger.capture(REQUEST)).toEqual({ status: 'barred' });
  });

  it('gives the money back once, however often it runs, and leaves the trail', async () => {
    const { cancelPayment, ledger } = await aShop();
    await ledger.capture(REQUEST);
    expect(await cancelPayment.undo(aFailedExecution())).toMatchObject({
      status: 'captured',
      payment: { total: 2500 },
    });
    expect(await cancelPayment.undo(aFailedExecution())).toMatchObject({
      status: 'captured',
      payment: { total: 2500 },
    });
    expect(await cancelPayment.check(aFailedExecution())).toMatchObject({
      isUndone: true,
      state: { status: 'cancelled', payment: { total: 2500, currency: 'EUR' } },
    });
  });

  it('needs no readable order', async () => {
    const { cancelPayment } = await aShop();
    await cancelPayment.undo(aFailedExecution(null));
    expect(await cancelPayment.check(aFailedExecution(null))).toMatchObject({ isUndone: true });
  });
});

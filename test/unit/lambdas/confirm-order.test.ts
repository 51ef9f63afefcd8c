import { describe, expect, it } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { confirmOrder, UnknownOrderError } from '../../../lambdas/confirm-order/confirm-order.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { OrderRecord } from '../../../workflow/records.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput, anOrderRecord } from '../../support/an-order.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';

const ID = anExecutionId();
const TRIGGER = { executionId: ID, bucket: APP_STORE_BUCKET, key: orderKey(ID), triggeredAt: 0, attempt: 1 };

async function aBooking(order: unknown, units = 80) {
  const { s3, appStore } = memoryStores();
  const stock = new StockStore({ objects: appStore });
  const items = new ItemStore({ objects: appStore, stock });
  await items.put({ itemId: 'seat', name: 'A seat', price: 1250, currency: 'EUR', units });
  if (order !== undefined) s3.place(APP_STORE_BUCKET, orderKey(ID), order);
  s3.calls.length = 0;
  return { s3, stock, items, run: () => confirmOrder({ appStore, stock })(TRIGGER) };
}

describe('confirm-order', () => {
  it.each<{ readonly what: string; readonly order: unknown; readonly message: RegExp }>([
    { what: 'there is none', order: undefined, message: /there is no order/ },
    { what: 'it is none', order: { executionId: ID }, message: /cannot be read: workflow/ },
    {
      what: 'it names another execution',
      order: anOrderRecord({ executionId: anExecutionId({ n: 1 }) }),
      message: /names another execution/,
    },
    {
      what: 'its workflow is unknown',
      order: anOrderRecord({ workflow: { name: 'booking', version: 2 } }),
      message: /booking version 2: this function knows booking version 1/,
    },
  ])('throws and holds nothing when the order cannot be acted on: $what', async ({ order, message }) => {
    const { run, items } = await aBooking(order);
    await expect(run()).rejects.toThrow(UnknownOrderError);
    await expect(run()).rejects.toThrow(message);
    expect(await items.availability('seat')).toMatchObject({ held: 0 });
  });

  it('throws when its trigger is not an order', async () => {
    const { appStore } = memoryStores();
    const run = confirmOrder({ appStore, stock: new StockStore({ objects: appStore }) });
    await expect(run({ ...TRIGGER, key: stepRecordKey(ID, 'payment') })).rejects.toThrow(
      /is not an order: orders are orders\//,
    );
  });

  it.each([
    { input: { ...anOrderInput(), quantity: 0 }, field: 'quantity' },
    { input: { ...anOrderInput(), itemId: '../stock' }, field: 'itemId' },
    { input: { ...anOrderInput(), paymentMethod: '4242 4242 4242 4242' }, field: 'paymentMethod' },
  ])('rejects an order whose $field is wrong, naming the field, and holds nothing', async ({ input, field }) => {
    const { run, s3 } = await aBooking(anOrderRecord({ input }));
    expect(await run()).toEqual({
      status: 'REJECTED',
      error: 'InvalidOrder',
      message: expect.stringMatching(new RegExp(`^${field}: `)),
    });
    expect(s3.counts({ operation: 'PutObject' })).toEqual({});
  });

  it('rejects an order for more units than are left', async () => {
    const { run } = await aBooking(anOrderRecord(), 1);
    expect(await run()).toEqual({
      status: 'REJECTED',
      error: 'SoldOut',
      message: 'fewer than 2 units of seat are left',
    });
  });

  it('rejects an order for an item that there is not', async () => {
    const { run } = await aBooking(anOrderRecord({ input: anOrderInput({ itemId: 'ghost' }) }));
    expect(await run()).toEqual({ status: 'REJECTED', error: 'UnknownItem', message: 'there is no item ghost' });
  });

  it('gives way when recovery has closed its slot', async () => {
    const { run, stock, items } = await aBooking(anOrderRecord());
    await stock.close(ID, 'seat');
    expect(await run()).toEqual({ status: 'BARRED', write: 'stock-hold' });
    expect(await items.availability('seat')).toMatchObject({ held: 0 });
  });

  it('holds the units once, however often it runs, and hands on what payment needs and no more', async () => {
    const order: OrderRecord = anOrderRecord({ input: anOrderInput({ customer: 'someone' }) });
    const { run, items } = await aBooking(order);
    const confirmation = { itemId: 'seat', quantity: 2, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' };
    expect(await run()).toEqual({ status: 'SUCCEEDED', output: confirmation });
    expect(await run()).toEqual({ status: 'SUCCEEDED', output: confirmation });
    expect(await items.availability('seat')).toMatchObject({ held: 2 });
  });
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { Ledger } from '../../../booking/ledger.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { bookingHandlers } from '../../../recovery/booking/handlers.ts';
import { recoveryKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput, anOrderRecord } from '../../support/an-order.ts';
import { STATE_STORAGE_BUCKET, type Fault, type S3Call } from '../../support/memory-s3.ts';
import { aRecovery } from './a-recovery.ts';

export const BOOKED = anExecutionId({ n: 1, home: 0 });
/** Another customer's order of the same item, which nothing here may touch. */
export const NEIGHBOUR = anExecutionId({ n: 2, home: 0 });

const QUANTITY = 5;

export interface AFailedBookingOptions {
  /** Few units are spread so thinly that the order holds them in several documents. */
  readonly units?: number;
  readonly isCaptured?: boolean;
}

/** An order that holds its seats, with the booking's own handlers and books to look into. */
export async function aFailedBooking({ units = 800, isCaptured = true }: AFailedBookingOptions = {}) {
  const order = anOrderRecord({ executionId: BOOKED, input: anOrderInput({ quantity: QUANTITY }) });
  const world = aRecovery({ order, handlers: ({ appStore }) => bookingHandlers({ appStore }) });
  const { s3, appStore, fact } = world;
  const stock = new StockStore({ objects: appStore });
  const ledger = new Ledger({ objects: appStore });
  await new ItemStore({ objects: appStore, stock }).put({
    itemId: 'seat',
    name: 'A seat',
    price: 500,
    currency: 'EUR',
    units,
  });
  const hold = (executionId = BOOKED) => stock.hold(executionId, 'seat', QUANTITY);
  const capture = (idempotencyKey = BOOKED) =>
    ledger.capture({ idempotencyKey, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' });
  await hold();
  await hold(NEIGHBOUR);
  if (isCaptured) await capture();
  await capture(NEIGHBOUR);
  s3.calls.length = 0;

  /** Acts on the n-th call to S3 from now on (the first is 0), calls within the act not counted. */
  const onEachCall = (act: (n: number, call: S3Call) => Fault | undefined | Promise<Fault | undefined>) => {
    let n = 0;
    const acting = new AsyncLocalStorage<true>();
    s3.onCall = (call) => (acting.getStore() ? undefined : acting.run(true, () => act(n++, call)));
  };

  const expectUntouchedNeighbour = async (why: string) => {
    expect(await stock.slot(NEIGHBOUR, 'seat'), why).toEqual({ units: QUANTITY, isClosed: false });
    expect((await ledger.find(NEIGHBOUR))?.status, why).toBe('captured');
  };
  /** The order holds nothing, is owed its money or never paid, and no late function can change that. */
  const expectUndone = async (why: string) => {
    expect(fact(recoveryKey(BOOKED)), why).toMatchObject({
      failedStep: 'payment',
      actions: [
        { handler: 'cancel-payment', after: { status: 'cancelled' } },
        // Whoever of many wrote it down, after whichever crash: what was held before any of them began.
        {
          handler: 'close-stock-slot',
          before: { itemId: 'seat', units: QUANTITY },
          after: { itemId: 'seat', units: 0, isClosed: true },
        },
      ],
    });
    expect(s3.keys(STATE_STORAGE_BUCKET, 'failures/'), why).toEqual([expect.stringContaining(`.payment.TYPE_ERROR.`)]);
    expect(await stock.slot(BOOKED, 'seat'), why).toEqual({ units: 0, isClosed: true });
    expect((await ledger.find(BOOKED))?.status, why).toBe('cancelled');
    expect(await hold(), why).toBe('closed');
    expect(await capture(), why).toEqual({ status: 'barred' });
    expect((await stock.units('seat'))?.held, why).toBe(QUANTITY);
    await expectUntouchedNeighbour(why);
  };
  /** The record says what was captured before any try of recovery began. */
  const expectCaptureRecorded = (why: string) =>
    expect(fact(recoveryKey(BOOKED)), why).toMatchObject({
      actions: [{ before: { status: 'captured', payment: { total: 2500 } } }, {}],
    });
  const expectKept = async (why: string) => {
    expect(fact(recoveryKey(BOOKED)), why).toBeUndefined();
    expect(await stock.slot(BOOKED, 'seat'), why).toEqual({ units: QUANTITY, isClosed: false });
    expect((await ledger.find(BOOKED))?.status, why).toBe('captured');
    await expectUntouchedNeighbour(why);
  };
  return { ...world, hold, capture, onEachCall, expectUndone, expectCaptureRecorded, expectKept };
}

import { Ledger } from '../../booking/ledger.ts';
import { orderInputSchema } from '../../booking/order.ts';
import type { PaymentProvider } from '../../booking/payment-provider.ts';
import { StockStore } from '../../booking/stock-store.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { RecoveryHandler, RecoveryInput } from '../handler.ts';

export interface BookingHandlersOptions {
  readonly appStore: ObjectStore;
  /** The demo's ledger by default. */
  readonly payments?: PaymentProvider;
}

/** How the booking undoes its steps. */
export function bookingHandlers({
  appStore,
  payments = new Ledger({ objects: appStore }),
}: BookingHandlersOptions): readonly RecoveryHandler[] {
  return [closeStockSlot(new StockStore({ objects: appStore })), cancelPayment(payments)];
}

/** An order that cannot be read held nothing: confirm-order reads it by the same schema before it takes any unit. */
const NO_READABLE_ORDER = { state: 'no readable order' };

function closeStockSlot(stock: StockStore): RecoveryHandler {
  return {
    name: 'close-stock-slot',
    step: 'confirm-order',
    undo: async (input) => {
      const itemId = itemIdOf(input);
      if (itemId === undefined) return NO_READABLE_ORDER;
      return { itemId, ...(await stock.close(input.execution.executionId, itemId)) };
    },
    check: async (input) => {
      const itemId = itemIdOf(input);
      if (itemId === undefined) return { isUndone: true, state: NO_READABLE_ORDER };
      const slot = await stock.slot(input.execution.executionId, itemId);
      return { isUndone: slot.isClosed && slot.units === 0, state: { itemId, ...slot } };
    },
  };
}

function itemIdOf({ execution }: RecoveryInput): string | undefined {
  return orderInputSchema.safeParse(execution.input).data?.itemId;
}

function cancelPayment(payments: PaymentProvider): RecoveryHandler {
  return {
    name: 'cancel-payment',
    step: 'payment',
    undo: async ({ execution }) => {
      const { before: status, ...found } = await payments.cancel(execution.executionId);
      return { status, ...found };
    },
    check: async ({ execution }) => {
      const found = await payments.find(execution.executionId);
      return { isUndone: found?.status === 'cancelled', state: found ?? { status: 'none' } };
    },
  };
}

import { UnreadableObjectError } from '../storage/errors.ts';
import type { Execution } from '../workflow/execution.ts';
import { STOCK_HORIZON_MS } from './horizon.ts';
import { UnreadableLedgerError } from './ledger.ts';
import { orderInputSchema, type OrderInput } from './order.ts';
import type { Payment, PaymentProvider } from './payment-provider.ts';
import { UnreadableStockError, type StockSlot, type StockStore } from './stock-store.ts';

export interface SlotContradictionsOptions {
  readonly stock: Pick<StockStore, 'slot'>;
  readonly payments: Pick<PaymentProvider, 'find'>;
  readonly now: () => number;
}

/**
 * What of an ended execution's stock and payment contradicts its end, in sentences. Two reads where the units are held in
 * one document, as they usually are.
 */
export async function slotContradictions(
  { stock, payments, now }: SlotContradictionsOptions,
  execution: Execution,
): Promise<readonly string[]> {
  const { executionId } = execution;
  const order = orderInputSchema.safeParse(execution.input).data;
  try {
    const [payment, slot] = await Promise.all([
      payments.find(executionId),
      order && stock.slot(executionId, order.itemId),
    ]);
    const sentence = contradictPayment(execution, payment);
    return [
      ...(sentence === undefined ? [] : [sentence]),
      ...(order === undefined || slot === undefined ? [] : contradictStock(execution, order, slot, now())),
    ];
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return [`${error.message}.`];
  }
}

function isUnreadable(error: unknown): error is Error {
  return [UnreadableLedgerError, UnreadableStockError, UnreadableObjectError].some((type) => error instanceof type);
}

function contradictPayment({ status }: Execution, payment: Payment | undefined): string | undefined {
  const isCaptured = payment?.status === 'captured';
  if (status === 'SUCCEEDED' && !isCaptured)
    return `It succeeded, and its payment is ${payment?.status ?? 'not there'}.`;
  if (status === 'FAILED' && isCaptured) return 'It failed, and its payment is captured.';
  return undefined;
}

function contradictStock(
  { status, endedAt = 0 }: Execution,
  { itemId, quantity }: OrderInput,
  { units }: StockSlot,
  now: number,
): readonly string[] {
  if (status === 'FAILED') return units === 0 ? [] : [`It failed, and holds ${units} of ${itemId}.`];
  // Of what ended longer ago the entries become a number, which names no execution.
  const mayBeFolded = now - endedAt >= STOCK_HORIZON_MS;
  return units === quantity || (mayBeFolded && units === 0)
    ? []
    : [`It succeeded with ${quantity} of ${itemId}, and holds ${units}.`];
}

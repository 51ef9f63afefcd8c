import { awaitOrder, type AwaitOrderOptions } from '../await-order.ts';
import { hasEnded, type OrderDocument } from '../order-document.ts';
import type { SwitchedFaults } from './switched-faults.ts';

/** A permission that is given back may take a minute to be in force. The coordinator takes 20 requests for an order. */
const REQUESTS_AFTER_REPAIR = 10;

/**
 * Follows an order whose recovery cannot finish, as whoever has to put it right would: asks for the next try instead of
 * waiting for it, until recovery is given up; takes the cause away; and asks once more.
 */
export async function repairRecovery(
  look: Omit<AwaitOrderOptions, 'isDue'>,
  faults: Pick<SwitchedFaults, 'takeOut'>,
): Promise<OrderDocument> {
  const { api } = look.target;
  let order = await untilNextTry(look, 0);
  while (order.status === 'RECOVERING') {
    await api.requestRecovery(order.orderId);
    order = await untilNextTry(look, triesOf(order));
  }
  if (order.status !== 'RECOVERY_FAILED') return order;
  await faults.takeOut();
  for (let request = 1; order.status === 'RECOVERY_FAILED' && request <= REQUESTS_AFTER_REPAIR; request += 1) {
    await api.requestRecovery(order.orderId);
    order = await awaitOrder({ ...look, isDue: hasEnded });
  }
  return order;
}

function untilNextTry(look: Omit<AwaitOrderOptions, 'isDue'>, tries: number): Promise<OrderDocument> {
  return awaitOrder({ ...look, isDue: (order) => hasEnded(order) || triesOf(order) > tries });
}

function triesOf({ recovery }: OrderDocument): number {
  return recovery?.failures.length ?? 0;
}

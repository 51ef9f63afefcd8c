import { orderInputSchema, type Confirmation } from '../../booking/order.ts';
import type { StockStore } from '../../booking/stock-store.ts';
import { BOOKING } from '../../booking/workflow.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { orderKey } from '../../workflow/keys.ts';
import { orderRecordSchema, type OrderRecord } from '../../workflow/records.ts';
import type { StepTrigger } from '../../workflow/trigger-event.ts';
import type { StepResult } from '../step.ts';

export interface ConfirmOrderOptions {
  readonly appStore: Pick<ObjectStore, 'get'>;
  readonly stock: Pick<StockStore, 'hold'>;
}

/** The trigger's order is missing, is not an order, or is of a workflow that this function does not know. */
export class UnknownOrderError extends Error {
  override readonly name = 'UnknownOrderError';
}

/** Reads an order and holds its units. */
export function confirmOrder({ appStore, stock }: ConfirmOrderOptions): (trigger: StepTrigger) => Promise<StepResult> {
  return async (trigger) => {
    const order = await readOrder(appStore, trigger);
    const input = orderInputSchema.safeParse(order.input);
    if (!input.success) {
      const issue = input.error.issues[0];
      return {
        status: 'REJECTED',
        error: 'InvalidOrder',
        message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an order'}`,
      };
    }
    const { itemId, quantity, total, currency, paymentMethod } = input.data;
    const outcome = await stock.hold(order.executionId, itemId, quantity);
    switch (outcome) {
      case 'held':
        return {
          status: 'SUCCEEDED',
          output: { itemId, quantity, total, currency, paymentMethod } satisfies Confirmation,
        };
      case 'sold-out':
        return { status: 'REJECTED', error: 'SoldOut', message: `fewer than ${quantity} units of ${itemId} are left` };
      case 'unknown-item':
        return { status: 'REJECTED', error: 'UnknownItem', message: `there is no item ${itemId}` };
      case 'closed':
        return { status: 'BARRED', write: 'stock-hold' };
    }
  };
}

async function readOrder(appStore: Pick<ObjectStore, 'get'>, { executionId, key }: StepTrigger): Promise<OrderRecord> {
  if (key !== orderKey(executionId))
    throw new UnknownOrderError(`the trigger ${key} is not an order: orders are ${orderKey(executionId)}`);
  const object = await appStore.get(key);
  if (object === undefined) throw new UnknownOrderError(`there is no order ${key}`);
  const parsed = orderRecordSchema.safeParse(object.body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UnknownOrderError(`order ${key} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const order = parsed.data;
  if (order.executionId !== executionId)
    throw new UnknownOrderError(`order ${key} names another execution, ${order.executionId}`);
  const { name, version } = order.workflow;
  if (name !== BOOKING.name || version !== BOOKING.version) {
    throw new UnknownOrderError(
      `order ${key} is of workflow ${name} version ${version}: this function knows ${BOOKING.name} version ${BOOKING.version}`,
    );
  }
  return order;
}

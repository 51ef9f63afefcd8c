import { orderInputSchema } from '../../booking/order.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { ObservedState } from './observed-state.ts';

/**
 * What concerns the orders for some of the items. In a stack that has lived for a while other customers' orders have expired
 * before their payments and their stock, as they should: that says nothing of what was ordered now. What can be tied to no
 * order belongs to it when it is as young as these orders are, execution ids being in the order of time.
 */
export function scopeTo(state: ObservedState, isOurs: (itemId: string) => boolean): ObservedState {
  const items = state.items.filter(({ itemId }) => isOurs(itemId));
  const itemIds = new Set(items.map(({ itemId }) => itemId));
  const executions = state.executions.filter((execution) => itemIds.has(itemOf(execution) ?? ''));
  const ours = new Set(executions.map(({ executionId }) => executionId));
  const others = new Set(state.executions.map(({ executionId }) => executionId).filter((id) => !ours.has(id)));
  const [first] = [...ours].sort();
  const isInScope = (executionId: string) => first !== undefined && executionId >= first && !others.has(executionId);
  return {
    items,
    shards: state.shards.filter(({ itemId }) => itemIds.has(itemId)),
    executions,
    unreadable: state.unreadable.filter(({ executionId }) => isInScope(executionId)),
    quarantined: state.quarantined.filter(isInScope),
    payments: state.payments.filter(({ executionId }) => isInScope(executionId)),
    keys: state.keys.filter(({ executionId }) => isInScope(executionId)),
  };
}

function itemOf({ input }: Execution): string | undefined {
  return orderInputSchema.safeParse(input).data?.itemId;
}

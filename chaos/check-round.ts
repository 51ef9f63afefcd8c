import { checkInvariants, INVARIANTS } from '../demo/state/invariants.ts';
import type { ObservedState } from '../demo/state/observed-state.ts';
import type { PlacedOrder } from './customer.ts';

/**
 * What the books in S3 have against the system, in sentences; none when all is well.
 * @param placed every order of every round on these books
 */
export function violationsOf(placed: readonly PlacedOrder[], state: ObservedState): readonly string[] {
  const report = checkInvariants(state);
  const statuses = new Map<string, string>(state.executions.map(({ executionId, status }) => [executionId, status]));
  for (const { executionId } of state.unreadable) statuses.set(executionId, 'unreadable');
  return [
    ...INVARIANTS.flatMap((name) => report[name].violations),
    ...placed.flatMap((order) => violationsOfOrder(order, statuses)),
    ...strangers(placed, statuses),
  ];
}

function violationsOfOrder(order: PlacedOrder, statuses: ReadonlyMap<string, string>): readonly string[] {
  const { planned, key, executionIds, status, complaint } = order;
  const [executionId] = executionIds;
  if (complaint !== undefined) return [`the customer of key ${key} was told: ${complaint}`];
  if (executionId === undefined) return [`the order of key ${key} was never taken`];
  if (executionIds.length > 1) return [`key ${key} became ${executionIds.length} orders: ${executionIds.join(', ')}`];
  const written = statuses.get(executionId);
  // What was answered is promised: neither coordinator nor AWS may forget it, whatever died.
  if (written === undefined) return [`order ${executionId} was taken and is gone`];
  if (status === undefined) return [`order ${executionId} has not ended in time: it is ${written}`];
  return [
    ...(status === written ? [] : [`order ${executionId} had ended ${status} and is now ${written}`]),
    ...(planned.rejectedAs !== undefined && written === 'SUCCEEDED'
      ? [`order ${executionId} is ${planned.rejectedAs} and succeeded`]
      : []),
  ];
}

/** Every execution is one that a customer was told of: a second one of the same key would be none's. */
function strangers(placed: readonly PlacedOrder[], statuses: ReadonlyMap<string, string>): readonly string[] {
  const known = new Set(placed.flatMap(({ executionIds }) => executionIds));
  // Of an order that nobody was told of in the end, the complaint says enough.
  if (placed.some(({ complaint }) => complaint !== undefined)) return [];
  return [...statuses.keys()].flatMap((executionId) =>
    known.has(executionId) ? [] : [`order ${executionId} was placed by nobody`],
  );
}

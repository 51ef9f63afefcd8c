import { BOOKING } from '../../booking/workflow.ts';
import type { OrderDocument } from '../order-document.ts';
import { failuresOf } from './outcome.ts';
import type { OrderScenario } from './scenario.ts';

/** Nothing went wrong on the way, and nothing had to be done twice. */
export function isUntroubled(order: OrderDocument): boolean {
  return (
    order.status === 'SUCCEEDED' &&
    failuresOf(order).length === 0 &&
    order.steps.every(({ attempts }) => attempts.length <= 1)
  );
}

/**
 * What the end of an order says of the faults that were put in before it. `not-in-force`: it never met them.
 * `repaired-too-late`: they were taken out in the middle, which was not in force before its attempts were spent.
 */
export type Observation = 'met' | 'not-in-force' | 'repaired-too-late';

export function observe(order: OrderDocument, { repairedOnce, expected }: OrderScenario): Observation {
  if (isUntroubled(order)) return 'not-in-force';
  // One of the faults was: the one that recovery was to meet.
  if (repairedOnce === 'recovery-given-up' && (order.recovery?.failures.length ?? 0) === 0) return 'not-in-force';
  const isEarly = repairedOnce !== 'ended' && expected.status === 'SUCCEEDED' && order.status === 'FAILED';
  if (isEarly && hasSpentItsAttempts(order) && isExpectedKind(order, expected)) return 'repaired-too-late';
  return 'met';
}

function hasSpentItsAttempts({ steps }: OrderDocument): boolean {
  return BOOKING.steps.some(({ name, retry }) => {
    const attempts = steps.find((step) => step.name === name)?.attempts.length ?? 0;
    return attempts >= retry.maxAttempts;
  });
}

function isExpectedKind({ failure }: OrderDocument, { failureKinds }: OrderScenario['expected']): boolean {
  return failure !== undefined && failureKinds.includes(failure.kind);
}

import type { OrderDocument } from '../order-document.ts';
import { isUntroubled } from '../scenarios/observation.ts';
import { judgedFailure } from '../scenarios/outcome.ts';
import type { LoadPlan, PlannedOrder } from './load-plan.ts';

export interface FinishedOrder {
  readonly planned: PlannedOrder;
  /** What the submissions of this order answered with: one id, however often it was sent. */
  readonly executionIds: readonly string[];
  readonly order: OrderDocument;
  /** When it was placed, the faults may not have been in force yet. */
  readonly mayMissFaults: boolean;
}

export interface LoadSummary {
  readonly orders: number;
  readonly sentTwice: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Failures that ended an order. */
  readonly byFailureKind: Readonly<Record<string, number>>;
  /** Orders that the faults were to fail and that went through untroubled, before the faults had to be in force. */
  readonly missedFaults: number;
  readonly durationMs: number;
  readonly ordersPerSecond: number;
  /** From the order's submission to its last fact. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Orders that did not end as their request and the faults say, in sentences. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;

export function summarize(
  finished: readonly FinishedOrder[],
  plan: Pick<LoadPlan, 'expectedStatus'>,
  durationMs: number,
): LoadSummary {
  const latencies = finished.flatMap(({ order }) => latencyOf(order) ?? []).sort((a, b) => a - b);
  const missed = new Set(finished.filter((one) => hasMissedFaults(one, plan)));
  const problems = finished.flatMap((one) => (missed.has(one) ? [] : problemsOf(one, plan)));
  if (missed.size > 0 && !finished.some((one) => hasMetFaults(one, plan)))
    problems.push(`none of the ${missed.size} orders that the faults were to fail met them`);
  return {
    orders: finished.length,
    sentTwice: finished.filter(({ planned }) => planned.isSentTwice).length,
    byStatus: countBy(finished, ({ order }) => order.status),
    byFailureKind: countBy(
      finished.filter(({ order }) => order.failure !== undefined),
      ({ order }) => judgedFailure(order)?.kind ?? 'none',
    ),
    missedFaults: missed.size,
    durationMs,
    ordersPerSecond: Math.round((finished.length / Math.max(1, durationMs)) * 10_000) / 10,
    latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    problems: problems.slice(0, MAX_PROBLEMS),
  };
}

/** It was to fail, and not because of what it asks for. */
function isToMeetFaults({ planned, order }: FinishedOrder, plan: Pick<LoadPlan, 'expectedStatus'>): boolean {
  return planned.rejectedAs === undefined && plan.expectedStatus(planned, order.orderId) === 'FAILED';
}

function hasMissedFaults(one: FinishedOrder, plan: Pick<LoadPlan, 'expectedStatus'>): boolean {
  return one.mayMissFaults && isToMeetFaults(one, plan) && isUntroubled(one.order) && one.executionIds.length === 1;
}

function hasMetFaults(one: FinishedOrder, plan: Pick<LoadPlan, 'expectedStatus'>): boolean {
  return isToMeetFaults(one, plan) && one.order.status === 'FAILED';
}

function problemsOf(
  { planned, executionIds, order }: FinishedOrder,
  plan: Pick<LoadPlan, 'expectedStatus'>,
): readonly string[] {
  const expected = plan.expectedStatus(planned, order.orderId);
  return [
    ...(order.status === expected ? [] : [`order ${order.orderId} ended ${order.status}, expected ${expected}`]),
    ...(executionIds.length === 1
      ? []
      : [`one key became ${executionIds.length} executions: ${executionIds.join(', ')}`]),
  ];
}

function latencyOf({ status, submittedAt, steps, recovery }: OrderDocument): number | undefined {
  const endedAt = status === 'SUCCEEDED' ? Math.max(...steps.map((step) => step.endedAt ?? 0)) : recovery?.recoveredAt;
  return endedAt === undefined ? undefined : endedAt - submittedAt;
}

/** Nearest rank, of values in ascending order; 0 of none. */
function percentile(values: readonly number[], share: number): number {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
}

function countBy<T>(values: readonly T[], nameOf: (value: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[nameOf(value)] = (counts[nameOf(value)] ?? 0) + 1;
  return counts;
}

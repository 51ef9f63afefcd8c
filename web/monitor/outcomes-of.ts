import type { OrderSummary } from '../../coordinator/schemas/order-list.ts';

/** How orders ended, counted by when they were taken. */
export interface Outcomes {
  readonly widthMs: number;
  readonly buckets: readonly OutcomeBucket[];
}

export interface OutcomeBucket {
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  readonly succeeded: number;
  /** Sold out, declined: a business end. */
  readonly rejected: number;
  readonly failed: number;
  /** Not ended, or not readable. */
  readonly open: number;
}

const MOST_BUCKETS = 40;
const WIDTHS_MS = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];

/** Empty buckets between the first and the last order are there as well. */
export function outcomesOf(orders: readonly OrderSummary[]): Outcomes {
  const instants = orders.map(({ submittedAt }) => Date.parse(submittedAt)).filter((at) => !Number.isNaN(at));
  const first = instants.reduce((least, at) => Math.min(least, at), Infinity);
  const last = instants.reduce((most, at) => Math.max(most, at), -Infinity);
  const widthMs = WIDTHS_MS.find((width) => (last - first) / width < MOST_BUCKETS - 1) ?? 86_400_000;
  if (instants.length === 0) return { widthMs, buckets: [] };
  const firstStart = Math.floor(first / widthMs) * widthMs;
  const count = Math.floor((last - firstStart) / widthMs) + 1;
  const counts = Array.from({ length: count }, () => ({ succeeded: 0, rejected: 0, failed: 0, open: 0 }));
  for (const order of orders) {
    const bucket = counts[Math.floor((Date.parse(order.submittedAt) - firstStart) / widthMs)];
    if (bucket !== undefined) bucket[outcomeOf(order)] += 1;
  }
  return { widthMs, buckets: counts.map((each, index) => ({ startsAt: firstStart + index * widthMs, ...each })) };
}

export type Outcome = 'succeeded' | 'rejected' | 'failed' | 'open';

export function outcomeOf({ status, failureKind }: OrderSummary): Outcome {
  if (status === 'SUCCEEDED') return 'succeeded';
  if (failureKind === 'REJECTED') return 'rejected';
  return failureKind === undefined ? 'open' : 'failed';
}

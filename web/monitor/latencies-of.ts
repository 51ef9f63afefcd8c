import type { OrderSummary } from '../../coordinator/schemas/order-list.ts';

/** How long failures went unseen, and how long it took to undo them; oldest first. */
export interface LatencyPoint {
  /** When the order was taken, milliseconds since the epoch. */
  readonly at: number;
  readonly detectedAfterMs: number;
  readonly recoveredAfterMs: number | undefined;
}

/** Without rejections: nobody has to find those. */
export function latencyPointsOf(orders: readonly OrderSummary[]): readonly LatencyPoint[] {
  return orders
    .flatMap(({ submittedAt, failureKind, detectedAfterMs, recoveredAfterMs }) =>
      failureKind === undefined || failureKind === 'REJECTED' || detectedAfterMs === undefined
        ? []
        : [{ at: Date.parse(submittedAt), detectedAfterMs, recoveredAfterMs }],
    )
    .sort((a, b) => a.at - b.at);
}

/** The value that half of them do not exceed; `undefined` of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1];
}

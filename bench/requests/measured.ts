import type { LogOfOrder } from './count-log.ts';
import type { Counts } from './count-requests.ts';
import type { OrderPrice } from './price-order.ts';

/**
 * `success`: nothing fails. `failure`: payment is denied its objects, and the order is recovered. `retry`: payment's event is lost, and its second attempt succeeds. `transient`: payment's first
 * attempt throws an error that passes, and its second succeeds.
 */
export const KINDS = ['success', 'failure', 'retry', 'transient'] as const;
export type Kind = (typeof KINDS)[number];

export function byKind<T>(of: (kind: Kind) => T): Readonly<Record<Kind, T>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)] as const)) as Record<Kind, T>;
}

export interface MeasuredKind extends LogOfOrder {
  readonly orders: number;
  /** Per order. */
  readonly requests: Counts;
  readonly usdPerMillion: OrderPrice;
}

export interface MeasuredSize {
  /** In the store before the first counted order, every one of them an order of the item that is ordered now. */
  readonly executions: number;
  readonly kinds: Readonly<Record<Kind, MeasuredKind>>;
  /** Calls while nobody orders, in so many seconds. */
  readonly idle?: { readonly seconds: number; readonly requests: Counts };
}

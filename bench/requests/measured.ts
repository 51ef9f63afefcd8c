import type { LogOfOrder } from './count-log.ts';
import type { Counts } from './count-requests.ts';
import type { OrderPrice } from './price-order.ts';

/** `success`: nothing fails. `failure`: payment is denied its objects, and the order is recovered. `retry`: payment's event is lost, and its second attempt succeeds. */
export const KINDS = ['success', 'failure', 'retry'] as const;
export type Kind = (typeof KINDS)[number];

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

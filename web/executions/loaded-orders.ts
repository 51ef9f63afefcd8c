import { isUnderWay } from '../api/is-under-way.ts';
import type { OrderList, OrderSummary } from '../../coordinator/schemas/order-list.ts';

/** Orders as far as pages of them were loaded, newest first, without a gap. */
export interface LoadedOrders {
  readonly orders: readonly OrderSummary[];
  /** Where older ones begin; absent when there are none. */
  readonly nextCursor?: string;
  readonly lookedBackTo: string;
  /** How many were looked at to find these. */
  readonly examined: number;
}

export function loadedFrom({ orders, nextCursor, lookedBackTo, examined }: OrderList): LoadedOrders {
  return { orders, lookedBackTo, examined, ...(nextCursor !== undefined && { nextCursor }) };
}

/** Adds the page that begins at its `nextCursor`. */
export function withOlder(loaded: LoadedOrders, page: OrderList): LoadedOrders {
  return {
    ...loadedFrom(page),
    orders: [...loaded.orders, ...page.orders],
    examined: loaded.examined + page.examined,
  };
}

/**
 * What is loaded, with its newest part as it is now. `fresh` begins with the newest order. What it does not reach stays as it
 * was loaded; if it does not even reach what was loaded, that is given up, so that there is no gap. An order that looks as
 * before stays the same object, which spares its row.
 */
export function refreshed(loaded: LoadedOrders, fresh: LoadedOrders): LoadedOrders {
  const known = new Map(loaded.orders.map((order) => [order.orderId, order]));
  const orders = fresh.orders.map((order) => {
    const before = known.get(order.orderId);
    return before !== undefined && isSame(before, order) ? before : order;
  });
  if (reaches(fresh, loaded.lookedBackTo) || !reaches(fresh, newestIn(loaded))) return { ...fresh, orders };
  const older = loaded.orders.filter((order) => isBelow(order, fresh));
  const examined = Math.max(loaded.examined, orders.length + older.length);
  return { ...loaded, orders: [...orders, ...older], examined };
}

/** Whether a refresh has to go on to older pages: something further down may still change, or is not reached yet. */
export function hasMoreToRefresh(loaded: LoadedOrders, fresh: LoadedOrders): boolean {
  if (reaches(fresh, loaded.lookedBackTo)) return false;
  const oldestOpen = loaded.orders.findLast(isUnderWay);
  return !reaches(fresh, newestIn(loaded)) || (oldestOpen !== undefined && isBelow(oldestOpen, fresh));
}

function reaches({ nextCursor, lookedBackTo }: LoadedOrders, instant: string | undefined): boolean {
  return nextCursor === undefined || (instant !== undefined && lookedBackTo <= instant);
}

/** When the newest order was taken, as far as its id says it: that is what a look back goes by. */
function newestIn({ orders }: LoadedOrders): string | undefined {
  const [newest] = orders;
  return newest && instantOf(newest);
}

/** Whether an order lies behind the end of what was seen. Of its last millisecond not every order need have been seen. */
function isBelow(order: OrderSummary, { orders, lookedBackTo }: LoadedOrders): boolean {
  const last = orders.at(-1);
  if (last !== undefined && order.orderId >= last.orderId) return false;
  return instantOf(order) <= lookedBackTo;
}

/** Ids are UUIDv7: their first twelve digits are milliseconds. */
function instantOf({ orderId }: OrderSummary): string {
  return new Date(Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16)).toISOString();
}

function isSame(a: OrderSummary, b: OrderSummary): boolean {
  return a.status === b.status && a.failureKind === b.failureKind && a.durationMs === b.durationMs;
}

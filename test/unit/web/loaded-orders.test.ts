import { describe, expect, it } from 'vitest';
import type { OrderList, OrderSummary } from '../../../coordinator/schemas/order-list.ts';
import { firstIdAt } from '../../../workflow/execution-id.ts';
import { hasMoreToRefresh, loadedFrom, refreshed, withOlder } from '../../../web/executions/loaded-orders.ts';

const T0 = Date.UTC(2026, 10, 23, 12);

/** The n-th order, taken n seconds after T0. */
function order(n: number, status: OrderSummary['status'] = 'SUCCEEDED'): OrderSummary {
  const orderId = `${firstIdAt(T0 + n * 1000).slice(0, -12)}${String(n).padStart(12, '0')}`;
  return { orderId, status, submittedAt: new Date(T0 + n * 1000).toISOString() };
}

/** A page from the newest to the oldest number, with more behind it. */
function page(newest: number, oldest: number, { hasMore = true, of = order } = {}): OrderList {
  const orders = Array.from({ length: newest - oldest + 1 }, (_, index) => of(newest - index));
  return {
    orders,
    examined: orders.length,
    lookedBackTo: new Date(T0 + oldest * 1000).toISOString(),
    ...(hasMore && { nextCursor: `before-${oldest}` }),
  };
}

const numbers = ({ orders }: { readonly orders: readonly OrderSummary[] }) =>
  orders.map(({ orderId }) => Number(orderId.slice(-12)));
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe('orders that are loaded in pages', () => {
  it('grow by older ones', () => {
    const loaded = withOlder(loadedFrom(page(20, 11)), page(10, 1, { hasMore: false }));
    expect(numbers(loaded)).toEqual(down(20, 1));
    expect(loaded.nextCursor).toBeUndefined();
    expect(loaded.examined).toBe(20);
  });

  it('take new ones and keep the older ones that were loaded, with the place where those end', () => {
    const loaded = withOlder(loadedFrom(page(20, 11)), page(10, 5));
    const fresh = loadedFrom(page(23, 14));
    const now = refreshed(loaded, fresh);
    expect(numbers(now)).toEqual(down(23, 5));
    expect(now.nextCursor).toBe('before-5');
  });

  it('take every change, and keep the objects of orders that look as before', () => {
    const loaded = loadedFrom(page(10, 1, { of: (n) => order(n, n > 8 ? 'RUNNING' : 'SUCCEEDED') }));
    const now = refreshed(loaded, loadedFrom(page(10, 1)));
    expect(now.orders.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'SUCCEEDED'));
    expect(now.orders[0]).not.toBe(loaded.orders[0]);
    for (const index of [2, 5, 9]) expect(now.orders[index]).toBe(loaded.orders[index]);
  });

  it('lose an order that is not found any more, because it expired or is of another status now', () => {
    const loaded = loadedFrom(page(10, 1));
    const without = { ...page(10, 5), orders: page(10, 5).orders.filter(({ orderId }) => !orderId.endsWith('7')) };
    expect(numbers(refreshed(loaded, loadedFrom(without)))).toEqual([10, 9, 8, 6, 5, 4, 3, 2, 1]);
  });

  it('are given up when the newest do not reach them, so that there is no gap', () => {
    const loaded = loadedFrom(page(20, 11));
    const now = refreshed(loaded, loadedFrom(page(90, 81)));
    expect(numbers(now)).toEqual(down(90, 81));
    expect(now.nextCursor).toBe('before-81');
  });

  it('are what is there now when that is everything', () => {
    const loaded = loadedFrom(page(20, 11));
    expect(numbers(refreshed(loaded, loadedFrom(page(3, 1, { hasMore: false }))))).toEqual(down(3, 1));
  });

  it('keep an order of the millisecond in which the newest page ends', () => {
    const [a, b] = [order(5), { ...order(5), orderId: `${order(5).orderId.slice(0, -12)}000000000001` }];
    const loaded = { ...loadedFrom(page(5, 4)), orders: [a, b, order(4)] };
    const fresh = { ...loadedFrom(page(5, 5)), orders: [a] };
    expect(refreshed(loaded, fresh).orders.map(({ orderId }) => orderId)).toEqual(
      [a, b, order(4)].map(({ orderId }) => orderId),
    );
  });
});

describe('a refresh', () => {
  const loaded = withOlder(loadedFrom(page(30, 21)), page(20, 1));

  it('ends with the page that reaches what was loaded, when nothing further down is open', () => {
    expect(hasMoreToRefresh(loaded, loadedFrom(page(33, 24)))).toBe(false);
  });

  it('goes on to what was loaded', () => {
    expect(hasMoreToRefresh(loaded, loadedFrom(page(50, 41)))).toBe(true);
  });

  it('goes on to the oldest order that is open', () => {
    const open = withOlder(
      loadedFrom(page(30, 21)),
      page(20, 1, { of: (n) => order(n, n === 7 ? 'RECOVERING' : 'FAILED') }),
    );
    expect(hasMoreToRefresh(open, loadedFrom(page(33, 24)))).toBe(true);
    expect(hasMoreToRefresh(open, loadedFrom(page(33, 8)))).toBe(true);
    expect(hasMoreToRefresh(open, loadedFrom(page(33, 7)))).toBe(false);
  });

  it('ends with the last page there is', () => {
    expect(hasMoreToRefresh(loaded, loadedFrom(page(50, 41, { hasMore: false })))).toBe(false);
  });
});

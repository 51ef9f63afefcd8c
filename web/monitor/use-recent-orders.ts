import type { OrderList } from '../../coordinator/schemas/order-list.ts';
import { request } from '../api/requests.ts';
import { usePolled, type Polled } from '../api/use-polled.ts';
import { loadedFrom, withOlder, type LoadedOrders } from '../executions/loaded-orders.ts';

const PAGE_SIZE = 200;
/** What the plots show: six hundred orders, which the coordinator has in memory once they have ended. */
const PAGES = 3;
const REFRESH_MS = 10_000;

/** The newest orders, for plots of them. */
export function useRecentOrders(): Polled<LoadedOrders> {
  return usePolled(readRecent, REFRESH_MS);
}

async function readRecent(signal: AbortSignal): Promise<LoadedOrders> {
  let loaded = loadedFrom(await request<OrderList>(`/orders?limit=${PAGE_SIZE}`, { signal }));
  for (let pages = 1; pages < PAGES && loaded.nextCursor !== undefined; pages += 1) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), cursor: loaded.nextCursor });
    loaded = withOlder(loaded, await request<OrderList>(`/orders?${query}`, { signal }));
  }
  return loaded;
}

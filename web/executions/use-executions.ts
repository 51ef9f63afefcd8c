import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { OrderList } from '../../coordinator/schemas/order-list.ts';
import { request, RequestError } from '../api/requests.ts';
import { usePolled } from '../api/use-polled.ts';
import { hasMoreToRefresh, loadedFrom, refreshed, withOlder, type LoadedOrders } from './loaded-orders.ts';

export interface ExecutionFilter {
  readonly status: string | undefined;
  readonly failureKind: string | undefined;
}

export interface Executions {
  readonly loaded?: LoadedOrders;
  readonly problem?: RequestError;
  readonly isLoadingOlder: boolean;
  /** Loads the next older page. */
  readonly loadOlder: () => void;
}

const PAGE_SIZE = 100;
const REFRESH_MS = 2000;
/** A search looks at a thousand orders each time. */
const SEARCH_AGAIN_MS = 5000;
/** How far a refresh follows orders that are still open. Further down they are refreshed when they are loaded again. */
const MOST_PAGES_REFRESHED = 10;

/** Executions, newest first: the newest kept as they are now, older ones as far as they were asked for. */
export function useExecutions({ status, failureKind }: ExecutionFilter): Executions {
  const isSearch = status !== undefined || failureKind !== undefined;
  const [loaded, setLoaded] = useState<LoadedOrders>();
  const [isLoadingOlder, setIsLoadingOlder] = useState(false);
  const [olderProblem, setOlderProblem] = useState<RequestError>();
  // What the next refresh compares with; a refresh that is under way must not undo a page that was loaded meanwhile.
  const current = useRef<LoadedOrders | undefined>(undefined);

  const change = useCallback((next: (before: LoadedOrders | undefined) => LoadedOrders) => {
    current.current = next(current.current);
    setLoaded(current.current);
  }, []);

  const read = useCallback(
    async (signal: AbortSignal) => {
      const most = isSearch ? 1 : MOST_PAGES_REFRESHED;
      const fresh = await readNewest({ status, failureKind }, current.current, most, signal);
      change((before) => (before === undefined ? fresh : refreshed(before, fresh)));
    },
    [status, failureKind, isSearch, change],
  );
  const { problem } = usePolled(read, isSearch ? SEARCH_AGAIN_MS : REFRESH_MS);
  useEffect(() => setOlderProblem(undefined), [problem]);

  const loadOlder = async () => {
    const cursor = current.current?.nextCursor;
    if (cursor === undefined || isLoadingOlder) return;
    setIsLoadingOlder(true);
    try {
      const page = await request<OrderList>(pathOf({ status, failureKind }, cursor));
      change((before) => (before?.nextCursor === cursor ? withOlder(before, page) : (before ?? loadedFrom(page))));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setOlderProblem(error);
    }
    setIsLoadingOlder(false);
  };

  const anyProblem = problem ?? olderProblem;
  return {
    isLoadingOlder,
    loadOlder: () => void loadOlder(),
    ...(loaded && { loaded }),
    ...(anyProblem && { problem: anyProblem }),
  };
}

/** The newest page, and the next ones as long as something further down may have changed. */
async function readNewest(
  filter: ExecutionFilter,
  loaded: LoadedOrders | undefined,
  mostPages: number,
  signal: AbortSignal,
): Promise<LoadedOrders> {
  let fresh = loadedFrom(await request<OrderList>(pathOf(filter), { signal }));
  for (let pages = 1; pages < mostPages; pages += 1) {
    if (loaded === undefined || fresh.nextCursor === undefined || !hasMoreToRefresh(loaded, fresh)) break;
    fresh = withOlder(fresh, await request<OrderList>(pathOf(filter, fresh.nextCursor), { signal }));
  }
  return fresh;
}

function pathOf({ status, failureKind }: ExecutionFilter, cursor?: string): string {
  const query = new URLSearchParams({
    limit: String(PAGE_SIZE),
    ...(status !== undefined && { status }),
    ...(failureKind !== undefined && { failureKind }),
    ...(cursor !== undefined && { cursor }),
  });
  return `/orders?${query}`;
}

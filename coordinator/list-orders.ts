import pLimit from 'p-limit';
import type { Clock } from '../platform/clock.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { instantOf } from '../workflow/execution-id.ts';
import { encodeCursor, type Cursor } from './cursor.ts';
import { isoInstant } from './instant.ts';
import { lookBack, type LookBack } from './look-back.ts';
import { OrderSummaries } from './order-summaries.ts';
import type { ReadOrderCollaborators } from './read-order.ts';
import { ORDER_RETENTION_MS } from './retention.ts';
import type { OrderList, OrderSummary } from './schemas/order-list.ts';

export interface OrderListingOptions extends ReadOrderCollaborators {
  readonly appStore: Pick<ObjectStore, 'listPage'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface OrderListQuery extends OrderFilter {
  /** Orders on the page, at most. */
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

/** What an order must be to be shown; all of it. */
interface OrderFilter {
  readonly status?: OrderSummary['status'] | undefined;
  readonly failureKind?: OrderSummary['failureKind'];
}

/** Orders that are read at once for one request. */
const CONCURRENT_READS = 16;
/** Orders that one request with a filter looks at: five looks of 200. */
const SEARCH_STEP = 200;
const MAX_SEARCH_STEPS = 5;

/** Pages of order summaries, newest first. */
export class OrderListing {
  readonly #options: OrderListingOptions;
  readonly #summaries: OrderSummaries;

  constructor(options: OrderListingOptions) {
    this.#options = options;
    this.#summaries = new OrderSummaries(options);
  }

  /** @throws StorageError when S3 refuses or cannot be reached. */
  async page(query: OrderListQuery): Promise<OrderList> {
    const isSearch = query.status !== undefined || query.failureKind !== undefined;
    return isSearch ? this.#search(query) : this.#newest(query);
  }

  async #newest({ limit, cursor }: OrderListQuery): Promise<OrderList> {
    const { executionIds, next, lookedBackTo } = await this.#lookBack(limit, cursor);
    const summaries = await this.#summarize(executionIds);
    return {
      // An order that expired since it was listed is gone.
      orders: summaries.filter((summary) => summary !== undefined),
      examined: executionIds.length,
      ...(next && { nextCursor: encodeCursor(next) }),
      lookedBackTo: isoInstant(lookedBackTo),
    };
  }

  /** Nothing is kept by status, for a status is computed: so whoever asks for one gets what a bounded look finds. */
  async #search({ limit, cursor, ...filter }: OrderListQuery): Promise<OrderList> {
    const orders: OrderSummary[] = [];
    let examined = 0;
    let from = cursor;
    for (let steps = 1; ; steps += 1) {
      const look = await this.#lookBack(SEARCH_STEP, from);
      for (const [index, summary] of (await this.#summarize(look.executionIds)).entries()) {
        examined += 1;
        if (summary === undefined || !isWanted(summary, filter)) continue;
        orders.push(summary);
        if (orders.length < limit || index === look.executionIds.length - 1) continue;
        const next = { before: summary.orderId, windowMs: look.next?.windowMs ?? ORDER_RETENTION_MS };
        const lookedBackTo = isoInstant(instantOf(summary.orderId));
        return { orders, examined, nextCursor: encodeCursor(next), lookedBackTo };
      }
      from = look.next;
      if (from !== undefined && steps < MAX_SEARCH_STEPS && orders.length < limit) continue;
      const lookedBackTo = isoInstant(look.lookedBackTo);
      return { orders, examined, ...(from && { nextCursor: encodeCursor(from) }), lookedBackTo };
    }
  }

  #lookBack(limit: number, cursor: Cursor | undefined): Promise<LookBack> {
    const { appStore, clock } = this.#options;
    const now = clock.now();
    return lookBack({ appStore, now, horizon: now - ORDER_RETENTION_MS, limit, cursor });
  }

  #summarize(executionIds: readonly string[]): Promise<readonly (OrderSummary | undefined)[]> {
    const atMost = pLimit(CONCURRENT_READS);
    return Promise.all(executionIds.map((id) => atMost(() => this.#summaries.get(id))));
  }
}

function isWanted(summary: OrderSummary, { status, failureKind }: OrderFilter): boolean {
  return (
    (status === undefined || summary.status === status) &&
    (failureKind === undefined || summary.failureKind === failureKind)
  );
}

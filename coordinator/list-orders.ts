import pLimit from 'p-limit';
import { orderInputSchema } from '../booking/order.ts';
import type { Clock } from '../platform/clock.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { instantOf } from '../workflow/execution-id.ts';
import { encodeCursor, type Cursor } from './cursor.ts';
import { isoInstant } from './instant.ts';
import { lookBack } from './look-back.ts';
import { readOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';
import { ORDER_RETENTION_MS } from './retention.ts';
import type { OrderList, OrderSummary } from './schemas/order-list.ts';

export interface OrderListingOptions extends ReadOrderCollaborators {
  readonly appStore: Pick<ObjectStore, 'listPage'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Orders that are read at once for one request. */
const CONCURRENT_READS = 16;
/** Ended orders are read once: their summaries are kept, about 300 bytes each. */
const MAX_KEPT_SUMMARIES = 5000;

/** Pages of order summaries, newest first. */
export class OrderListing {
  readonly #options: OrderListingOptions;
  readonly #ended = new Map<string, OrderSummary>();

  constructor(options: OrderListingOptions) {
    this.#options = options;
  }

  /** @throws StorageError when S3 refuses or cannot be reached. */
  async page(limit: number, cursor?: Cursor): Promise<OrderList> {
    const { appStore, clock } = this.#options;
    const now = clock.now();
    const { executionIds, next, lookedBackTo } = await lookBack({
      appStore,
      now,
      horizon: now - ORDER_RETENTION_MS,
      limit,
      cursor,
    });
    const atMost = pLimit(CONCURRENT_READS);
    const summaries = await Promise.all(executionIds.map((id) => atMost(() => this.#summarize(id))));
    return {
      // An order that expired since it was listed is gone.
      orders: summaries.filter((summary) => summary !== undefined),
      ...(next && { nextCursor: encodeCursor(next) }),
      lookedBackTo: isoInstant(lookedBackTo),
    };
  }

  async #summarize(executionId: string): Promise<OrderSummary | undefined> {
    const known = this.#ended.get(executionId);
    if (known !== undefined) return known;
    const view = await readOrder(this.#options, executionId);
    if (view === undefined) return undefined;
    const summary = summaryOf(view);
    // RECOVERY_FAILED may still become FAILED, and what cannot be read may be put right.
    if (summary.status === 'SUCCEEDED' || summary.status === 'FAILED') this.#keep(summary);
    return summary;
  }

  #keep(summary: OrderSummary): void {
    const [oldest] = this.#ended.keys();
    if (this.#ended.size >= MAX_KEPT_SUMMARIES && oldest !== undefined) this.#ended.delete(oldest);
    this.#ended.set(summary.orderId, summary);
  }
}

export function summaryOf(view: OrderView): OrderSummary {
  switch (view.kind) {
    case 'quarantined': {
      const submittedAt = isoInstant(instantOf(view.executionId));
      return { orderId: view.executionId, status: 'QUARANTINED', submittedAt };
    }
    case 'unknown-version': {
      const { executionId, submittedAt, input } = view.order;
      return {
        orderId: executionId,
        status: 'UNKNOWN_VERSION',
        submittedAt: isoInstant(submittedAt),
        ...bookingOf(input),
      };
    }
    case 'execution': {
      const { executionId, status, submittedAt, input, failure } = view.execution;
      return {
        orderId: executionId,
        status,
        submittedAt: isoInstant(submittedAt),
        ...bookingOf(input),
        ...(failure && { failureKind: failure.kind }),
      };
    }
  }
}

/** Nothing for an input that is none of the booking's: whoever can write to the bucket can put anything there. */
function bookingOf(input: unknown): Pick<OrderSummary, 'itemId' | 'quantity'> {
  const { success, data } = orderInputSchema.safeParse(input);
  return success ? { itemId: data.itemId, quantity: data.quantity } : {};
}

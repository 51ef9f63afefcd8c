import { orderInputSchema } from '../booking/order.ts';
import type { Clock } from '../platform/clock.ts';
import { RecentMap } from '../platform/recent-map.ts';
import { instantOf } from '../workflow/execution-id.ts';
import { isoInstant } from './instant.ts';
import { latenciesOf } from './latencies.ts';
import { readOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';
import type { OrderSummary } from './schemas/order-list.ts';

export interface OrderSummariesOptions extends ReadOrderCollaborators {
  readonly clock: Pick<Clock, 'now'>;
}

/** Ended orders are read once: their summaries are kept, about 400 bytes each. */
const MAX_KEPT = 5000;
/** Whoever looks at a list that others look at as well sees what they see: an open order is read once a second for all. */
const FRESH_MS = 1000;
const MAX_OPEN = 1000;

interface OpenSummary {
  readonly readAt: number;
  readonly summary: Promise<OrderSummary | undefined>;
}

/** Summaries of orders, read no more often than they can have changed. */
export class OrderSummaries {
  readonly #options: OrderSummariesOptions;
  readonly #ended = new RecentMap<string, OrderSummary>(MAX_KEPT);
  readonly #open = new RecentMap<string, OpenSummary>(MAX_OPEN);

  constructor(options: OrderSummariesOptions) {
    this.#options = options;
  }

  /**
   * `undefined` when there is no such order.
   * @throws StorageError when S3 refuses or cannot be reached.
   */
  async get(executionId: string): Promise<OrderSummary | undefined> {
    const ended = this.#ended.get(executionId);
    if (ended !== undefined) return ended;
    const now = this.#options.clock.now();
    const open = this.#open.get(executionId);
    if (open !== undefined && now - open.readAt < FRESH_MS) return open.summary;
    const reading = { readAt: now, summary: this.#read(executionId) };
    this.#open.set(executionId, reading);
    try {
      const summary = await reading.summary;
      // RECOVERY_FAILED may still become FAILED, and what cannot be read may be put right.
      if (summary?.status === 'SUCCEEDED' || summary?.status === 'FAILED') {
        this.#ended.set(executionId, summary);
        this.#forget(executionId, reading);
      }
      return summary;
    } catch (error) {
      this.#forget(executionId, reading);
      throw error;
    }
  }

  async #read(executionId: string): Promise<OrderSummary | undefined> {
    const view = await readOrder(this.#options, executionId);
    return view && summaryOf(view);
  }

  #forget(executionId: string, reading: OpenSummary): void {
    if (this.#open.get(executionId) === reading) this.#open.delete(executionId);
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
      const { execution } = view;
      const { executionId, status, submittedAt, input, failure } = execution;
      return {
        orderId: executionId,
        status,
        submittedAt: isoInstant(submittedAt),
        ...bookingOf(input),
        ...(failure && { failureKind: failure.kind, foundBy: failure.signal }),
        ...latenciesOf(execution),
      };
    }
  }
}

/** Nothing for an input that is none of the booking's: whoever can write to the bucket can put anything there. */
function bookingOf(input: unknown): Pick<OrderSummary, 'itemId' | 'quantity'> {
  const { success, data } = orderInputSchema.safeParse(input);
  return success ? { itemId: data.itemId, quantity: data.quantity } : {};
}

import type { OrderDocument } from './order-document.ts';
import type { Target } from './target.ts';

export interface AwaitOrderOptions {
  readonly target: Pick<Target, 'api' | 'clock' | 'signal'>;
  readonly executionId: string;
  readonly isDue: (order: OrderDocument) => boolean;
  readonly firstLookMs: number;
  /** The pause between two looks grows to this. */
  readonly longestLookMs: number;
}

const GROWTH = 1.5;
/**
 * Three attempts that are each found at the deadline of a deployed stack (10 s timeout + 120 s slack) end after 390 s. Two
 * minutes for late logs, retries of the recovery and restarts of the control node fit in beside them.
 */
const END_TIMEOUT_MS = 15 * 60_000;

/** Looks at an order until what is waited for has come. @throws Error when it has not after 15 minutes. */
export async function awaitOrder(options: AwaitOrderOptions): Promise<OrderDocument> {
  const { target, executionId, isDue, firstLookMs, longestLookMs } = options;
  const { api, clock, signal } = target;
  const until = clock.now() + END_TIMEOUT_MS;
  for (let pauseMs = firstLookMs; ; pauseMs = Math.min(longestLookMs, pauseMs * GROWTH)) {
    signal.throwIfAborted();
    const order = await api.read(executionId);
    if (isDue(order)) return order;
    if (clock.now() > until)
      throw new Error(`order ${executionId} is still ${order.status} after ${END_TIMEOUT_MS / 60_000} minutes`);
    await clock.sleep(pauseMs, signal);
  }
}

import { setMaxListeners } from 'node:events';
import type { EndsWatch } from './ends-watch.ts';
import type { OrderClient } from './order-client.ts';

export interface LoopOptions {
  readonly client: OrderClient;
  readonly ends: EndsWatch;
  readonly orders: number;
  /** Customers who each order, wait for the end, and order again. */
  readonly concurrency: number;
  readonly itemIds: readonly string[];
  readonly paymentMethod: string;
  readonly signal: AbortSignal;
}

export interface LoopedOrder {
  readonly executionId: string;
  /** Milliseconds since the epoch: when the request was sent, and when the fact that ends the order was stored. */
  readonly placedAt: number;
  readonly endedAt: number;
}

export interface Loop {
  readonly orders: readonly LoopedOrder[];
  readonly durationMs: number;
}

/** So long may a whole loop take: an order that never ends must not keep everybody waiting. */
const PATIENCE_MS = 300_000;

export async function runLoop({
  client,
  ends,
  orders,
  concurrency,
  itemIds,
  paymentMethod,
  signal,
}: LoopOptions): Promise<Loop> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  // Each customer listens to it while it waits.
  setMaxListeners(concurrency, until);
  const looped: LoopedOrder[] = [];
  let next = 0;
  const customer = async () => {
    for (let index = next++; index < orders; index = next++) {
      const placedAt = Date.now();
      const itemId = itemIds[index % itemIds.length] ?? '';
      const executionId = await client.place({ itemId, quantity: 1, paymentMethod });
      looped.push({ executionId, placedAt, endedAt: await ends.ended(executionId, until) });
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, customer));
  return { orders: looped, durationMs: performance.now() - startedAt };
}

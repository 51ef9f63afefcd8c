import { setMaxListeners } from 'node:events';
import type { Clock } from '../../platform/clock.ts';
import type { EndsWatch } from '../whole-way/ends-watch.ts';
import type { OrderClient } from '../whole-way/order-client.ts';

export interface OpenLoopOptions {
  readonly client: Pick<OrderClient, 'place'>;
  readonly ends: Pick<EndsWatch, 'ended'>;
  readonly ordersPerSecond: number;
  readonly durationMs: number;
  /** Of the order with this number. */
  readonly orderOf: (number: number) => Parameters<OrderClient['place']>[0];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface OpenLoop {
  /** Of each order, from the request to its last fact, milliseconds. */
  readonly endToEndMs: readonly number[];
  /** Whether it was given up, because too many orders had not ended. */
  readonly isOverrun: boolean;
}

/** More than come in so long have not ended: whoever ends them is slower than they come. */
const OVERRUN_MS = 5_000;
const LEAST_OVERRUN = 50;
/** What is under way at the end may take so long. */
const PATIENCE_MS = 120_000;

/** Orders come at a steady rate, whether or not those before have ended. */
export async function runOpenLoop({
  client,
  ends,
  ordersPerSecond,
  durationMs,
  orderOf,
  clock,
  signal,
}: OpenLoopOptions): Promise<OpenLoop> {
  const most = Math.max(LEAST_OVERRUN, (ordersPerSecond * OVERRUN_MS) / 1000);
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(durationMs + PATIENCE_MS)]);
  setMaxListeners(most + 1, giveUp);
  const underWay = new Set<Promise<void>>();
  const endToEndMs: number[] = [];
  const count = Math.round((ordersPerSecond * durationMs) / 1000);
  const startedAt = clock.now();
  const failed = new AbortController();
  let isOverrun = false;
  for (let number = 0; number < count && !isOverrun; number += 1) {
    const waitMs = startedAt + (number * 1000) / ordersPerSecond - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, giveUp);
    failed.signal.throwIfAborted();
    const order = follow({ client, ends, clock }, orderOf(number), giveUp).then(
      (ms) => void endToEndMs.push(ms),
      (error: unknown) => failed.abort(error),
    );
    underWay.add(order);
    void order.then(() => underWay.delete(order));
    isOverrun = underWay.size > most;
  }
  await Promise.all(underWay);
  failed.signal.throwIfAborted();
  return { endToEndMs, isOverrun };
}

async function follow(
  { client, ends, clock }: Pick<OpenLoopOptions, 'client' | 'ends' | 'clock'>,
  order: Parameters<OrderClient['place']>[0],
  signal: AbortSignal,
): Promise<number> {
  const placedAt = clock.now();
  const executionId = await client.place(order);
  return (await ends.ended(executionId, signal)) - placedAt;
}

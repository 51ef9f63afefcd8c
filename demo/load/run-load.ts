import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { hasEnded, type OrderDocument } from '../order-document.ts';
import type { LoadOptions } from '../options.ts';
import type { Target } from '../target.ts';
import { planLoad, type LoadPlan, type PlannedOrder } from './load-plan.ts';
import { summarize, type FinishedOrder, type LoadSummary } from './load-summary.ts';

const FIRST_LOOK_MS = 150;
const LONGEST_LOOK_MS = 1_000;
/** Three attempts that each time out, a recovery that is tried again and a restart of everything, many times over. */
const ORDER_TIMEOUT_MS = 10 * 60_000;

export interface LoadProgress {
  readonly finished: number;
  readonly of: number;
}

/**
 * A closed loop: each of the workers orders, waits for the end, and orders again. The faults are in effect from the first
 * order to the last one's end.
 */
export async function runLoad(
  options: LoadOptions,
  target: Target,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadSummary> {
  const plan = planLoad(options, randomBytes(4).toString('hex'));
  for (const item of plan.items) await target.api.putItem(item);
  try {
    await target.faults.inject(plan.faults);
    const startedAt = Date.now();
    const finished = await orderAll(plan, options.concurrency, target, onProgress);
    return summarize(finished, plan, Date.now() - startedAt);
  } finally {
    await target.faults.restore(plan.faults);
  }
}

async function orderAll(
  plan: LoadPlan,
  concurrency: number,
  target: Target,
  onProgress: (progress: LoadProgress) => void,
): Promise<readonly FinishedOrder[]> {
  const waiting = plan.orders.values();
  const finished: FinishedOrder[] = [];
  const worker = async () => {
    // The workers share one iterator: each order is taken by one of them.
    for (const order of waiting) {
      finished.push(await orderOne(order, target));
      onProgress({ finished: finished.length, of: plan.orders.length });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return finished;
}

async function orderOne(planned: PlannedOrder, target: Target): Promise<FinishedOrder> {
  const { api } = target;
  const key = randomUUID();
  const ids = await Promise.all(
    Array.from({ length: planned.isSentTwice ? 2 : 1 }, () => api.submit(planned.request, key)),
  );
  const executionId = ids[0] ?? '';
  const order = await untilEnded(executionId, target);
  return { planned, executionIds: [...new Set(ids)], order };
}

async function untilEnded(executionId: string, { api, signal }: Target): Promise<OrderDocument> {
  const until = Date.now() + ORDER_TIMEOUT_MS;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(LONGEST_LOOK_MS, lookMs * 1.5)) {
    await pause(lookMs);
    signal.throwIfAborted();
    const order = await api.read(executionId);
    if (hasEnded(order)) return order;
    if (Date.now() > until)
      throw new Error(`order ${executionId} is still ${order.status} after ${ORDER_TIMEOUT_MS / 60_000} minutes`);
  }
}

import { randomUUID } from 'node:crypto';
import { awaitOrder } from '../await-order.ts';
import { newRunId } from '../demo-items.ts';
import { hasEnded } from '../order-document.ts';
import type { LoadOptions } from '../options.ts';
import { untilHealthy } from '../scenarios/health.ts';
import type { Target } from '../target.ts';
import { planLoad, type LoadPlan, type PlannedOrder } from './load-plan.ts';
import { summarize, type FinishedOrder, type LoadSummary } from './load-summary.ts';

const FIRST_LOOK_MS = 150;
const LONGEST_LOOK_MS = 1_000;

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
  const plan = planLoad(options, newRunId());
  const { clock, settlingMs } = target;
  await untilHealthy(target);
  for (const item of plan.items) await target.api.putItem(item);
  try {
    await target.faults.inject(plan.faults);
    const startedAt = clock.now();
    const order = (planned: PlannedOrder) => orderOne(planned, target, startedAt + settlingMs);
    const finished = await orderAll(plan, options.concurrency, order, onProgress);
    return summarize(finished, plan, clock.now() - startedAt);
  } finally {
    await target.faults.restore(plan.faults);
  }
}

async function orderAll(
  plan: LoadPlan,
  concurrency: number,
  orderOnce: (planned: PlannedOrder) => Promise<FinishedOrder>,
  onProgress: (progress: LoadProgress) => void,
): Promise<readonly FinishedOrder[]> {
  const waiting = plan.orders.values();
  const finished: FinishedOrder[] = [];
  const worker = async () => {
    // The workers share one iterator: each order is taken by one of them.
    for (const order of waiting) {
      finished.push(await orderOnce(order));
      onProgress({ finished: finished.length, of: plan.orders.length });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return finished;
}

async function orderOne(planned: PlannedOrder, target: Target, settledAt: number): Promise<FinishedOrder> {
  const { api, clock } = target;
  const mayMissFaults = clock.now() < settledAt;
  const key = randomUUID();
  const ids = await Promise.all(
    Array.from({ length: planned.isSentTwice ? 2 : 1 }, () => api.submit(planned.request, key)),
  );
  const executionId = ids[0] ?? '';
  const look = { target, executionId, firstLookMs: FIRST_LOOK_MS, longestLookMs: LONGEST_LOOK_MS };
  const order = await awaitOrder({ ...look, isDue: hasEnded });
  return { planned, executionIds: [...new Set(ids)], order, mayMissFaults };
}

import { randomUUID } from 'node:crypto';
import { awaitOrder } from '../await-order.ts';
import { hasEnded, type OrderDocument } from '../order-document.ts';
import type { Target } from '../target.ts';
import { isUntroubled } from './observation.ts';
import { untilSettled } from './until-settled.ts';

const LOOK_MS = 500;

/**
 * Orders until one goes through untroubled: then what was broken before is whole again, for everybody. Where changes are in
 * force at once it orders nothing. The number of orders that it took is what it answers.
 */
export async function untilHealthy(target: Target): Promise<number> {
  const { settlingMs, clock, signal, deployment } = target;
  if (settlingMs === 0) return 0;
  const { last, attempts, isSettled } = await untilSettled({
    attempt: () => orderProbe(target),
    isSettled: isUntroubled,
    settlingMs,
    clock,
    signal,
  });
  if (isSettled) return attempts;
  throw new Error(
    `stack ${deployment.stackName} does not work though nothing is broken: of ${attempts} orders none went through ` +
      `untroubled; the last one, ${last.orderId}, ended ${last.status} (${last.failure?.kind ?? 'coped with'})`,
  );
}

async function orderProbe(target: Target): Promise<OrderDocument> {
  const request = { itemId: target.probeItemId, quantity: 1, paymentMethod: 'pm_card_visa' };
  const executionId = await target.api.submit(request, randomUUID());
  return awaitOrder({ target, executionId, isDue: hasEnded, firstLookMs: LOOK_MS, longestLookMs: LOOK_MS });
}

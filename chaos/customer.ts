import { setTimeout as pause } from 'node:timers/promises';
import type { PlannedOrder } from '../demo/load/load-plan.ts';
import { hasEnded } from '../demo/order-document.ts';
import type { Target } from '../demo/target.ts';

/** What became of an order, as the customer who placed it was told. */
export interface PlacedOrder {
  readonly planned: PlannedOrder;
  readonly key: string;
  /** Every answer's: one, however often the order was sent. */
  readonly executionIds: readonly string[];
  /** Once it has ended. */
  readonly status?: string;
  /** What the customer could not understand. */
  readonly complaint?: string;
}

export interface CustomerOptions {
  readonly target: Pick<Target, 'api' | 'signal'>;
  readonly planned: PlannedOrder;
  readonly key: string;
  /** When it makes no sense to wait on, milliseconds since the epoch; asked again and again. */
  readonly untilAt: () => number;
}

const LOOK_EVERY_MS = 400;

/**
 * Places an order and looks at it until it has ended. A customer whose connection is cut or who is told to come back
 * later knows nothing of what became of the order, and sends it again with its key.
 */
export async function placeOrder({ target, planned, key, untilAt }: CustomerOptions): Promise<PlacedOrder> {
  const { api, signal } = target;
  const executionIds = new Set<string>();
  const told = () => ({ planned, key, executionIds: [...executionIds] });
  try {
    const sendings = Array.from({ length: planned.isSentTwice ? 2 : 1 }, () => api.submit(planned.request, key));
    for (const executionId of await Promise.all(sendings)) executionIds.add(executionId);
    const [executionId = ''] = executionIds;
    while (Date.now() < untilAt()) {
      const order = await api.read(executionId);
      if (hasEnded(order)) return { ...told(), status: order.status };
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
    return told();
  } catch (error) {
    signal.throwIfAborted();
    return { ...told(), complaint: error instanceof Error ? error.message : String(error) };
  }
}

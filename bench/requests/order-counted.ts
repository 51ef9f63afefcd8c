import type { Target } from '../../demo/target.ts';
import { readExecutionEnd } from '../../monitor/sweep/execution-end.ts';
import { SweepProgressStore } from '../../monitor/sweep/sweep-progress.ts';
import { BOOKING } from '../../booking/workflow.ts';
import type { Fault } from '../../demo/faults/fault.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { stepRecordKey } from '../../workflow/keys.ts';
import { UnexpectedAnswerError } from '../../demo/orders-api.ts';
import type { CountedOrder } from './count-requests.ts';
import type { Kind } from './measured.ts';

export interface CountedPhase {
  readonly orders: readonly CountedOrder[];
  readonly from: number;
  readonly to: number;
}

/** Payment may neither read what it is about nor write how it ended: it throws, and every order of it is recovered. */
export const DENIED_PAYMENT: readonly Fault[] = [
  {
    kind: 'denied',
    step: 'payment',
    store: 'stateStorage',
    actions: ['s3:GetObject', 's3:PutObject'],
    keys: ['executions/*'],
  },
];
const FAULTS: Readonly<Record<Kind, readonly Fault[]>> = {
  success: [],
  failure: DENIED_PAYMENT,
  // Stays in: the second attempt is invoked by the monitor and needs no event. So nothing depends on who is faster.
  retry: [{ kind: 'unnotified', step: 'payment' }],
  transient: [{ kind: 'code', step: 'payment', build: 'reset-once' }],
};
const EXPECTED_STATUS: Readonly<Record<Kind, 'SUCCEEDED' | 'FAILED'>> = {
  success: 'SUCCEEDED',
  failure: 'FAILED',
  retry: 'SUCCEEDED',
  transient: 'SUCCEEDED',
};
const LOOK_EVERY_MS = 50;
/** A machine may be very busy: no count depends on it. */
const PATIENCE_MS = 180_000;

/**
 * Places orders of one kind, each once the one before no longer touches stock, and waits until all of them have ended. Looks
 * at S3 as the account's root, whose calls are not counted, and never at the coordinator, whose are.
 */
export async function placeOrders(kind: Kind, count: number, itemId: string, target: Target): Promise<CountedPhase> {
  const { faults, clock } = target;
  const from = clock.now();
  await faults.inject(FAULTS[kind]);
  try {
    const orders: CountedOrder[] = [];
    for (let placed = 0; placed < count; placed += 1) {
      const placedAt = clock.now();
      const executionId = await place(itemId, target);
      await until(target, `${kind} order ${executionId} is not done with stock`, () =>
        isDoneWithStock(kind, executionId, target),
      );
      orders.push({ executionId, placedAt, stockDoneAt: clock.now() });
    }
    for (const { executionId } of orders) await untilEnded(kind, executionId, target);
    return { orders, from, to: clock.now() };
  } finally {
    await faults.restore(FAULTS[kind]);
  }
}

/** Waits until the sweep has seen an order and those before it end: after that the monitor asks for them no more. */
export async function untilSwept({ orders }: CountedPhase, target: Target): Promise<void> {
  const last = orders.at(-1)?.executionId ?? '';
  const mark = new SweepProgressStore(target.stores.stateStorage);
  const isSwept = async () => ((await mark.read())?.through ?? '') >= last;
  await until(target, `the sweep has not come to order ${last}`, isSwept);
}

/** Without a key: that costs a write more, and whoever needs it knows. */
async function place(itemId: string, { api }: Target): Promise<string> {
  const body = JSON.stringify({ itemId, quantity: 1, paymentMethod: 'pm_card_visa' });
  const answer = await api.requestOnce('POST', '/orders', body);
  const executionId = answer.location?.split('/').at(-1);
  if (answer.status !== 202 || executionId === undefined) throw new UnexpectedAnswerError('POST /orders', answer);
  return executionId;
}

async function isDoneWithStock(kind: Kind, executionId: string, { stores }: Target): Promise<boolean> {
  // Only recovery touches stock again after its step has ended.
  if (kind === 'failure') return (await endOf(executionId, stores)) !== undefined;
  return (await stores.stateStorage.get(stepRecordKey(executionId, 'confirm-order'))) !== undefined;
}

async function untilEnded(kind: Kind, executionId: string, target: Target): Promise<void> {
  await until(target, `${kind} order ${executionId} has not ended`, async () => {
    const end = await endOf(executionId, target.stores);
    if (end === undefined) return false;
    if (end.status !== EXPECTED_STATUS[kind]) throw new Error(`${kind} order ${executionId} ended ${end.status}`);
    return true;
  });
}

function endOf(executionId: string, stores: Target['stores']) {
  return readExecutionEnd(new ExecutionStore(stores), BOOKING, executionId);
}

async function until({ clock, signal }: Target, complaint: string, isDone: () => Promise<boolean>): Promise<void> {
  const giveUpAt = clock.now() + PATIENCE_MS;
  while (!(await isDone())) {
    if (clock.now() > giveUpAt) throw new Error(`${complaint} after ${PATIENCE_MS / 1000} s`);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

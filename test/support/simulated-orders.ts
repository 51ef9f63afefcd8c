import { ItemStore } from '../../booking/item-store.ts';
import { BOOKING } from '../../booking/workflow.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import { attemptClaimKey, recoveryKey, stepRecordKey } from '../../workflow/keys.ts';
import type { AttemptClaim } from '../../workflow/records.ts';
import { anExecutionId } from './an-execution-id.ts';
import { anOrderInput, anOrderRecord } from './an-order.ts';
import { STATE_STORAGE_BUCKET, type MemoryS3 } from './memory-s3.ts';
import { SIMULATION_STARTS_AT, type SimulationOptions } from './simulated-run.ts';

/** Several, so that no stock document is the one that all orders wait for. */
const ITEMS = 8;

export function executionIdsOf({ orders, spacingMs }: SimulationOptions): readonly string[] {
  return orders.map((_, n) => anExecutionId({ at: SIMULATION_STARTS_AT + n * spacingMs, n }));
}

/** Items of which there are enough. */
export async function putItems({ appStore }: ExecutionStore, units: number): Promise<void> {
  const items = new ItemStore({ objects: appStore });
  for (let n = 0; n < ITEMS; n += 1)
    await items.put({ itemId: `item-${n}`, name: `Item ${n}`, price: 2500, currency: 'EUR', units });
}

/** One order after the other, as the coordinator writes them. */
export async function submitAll(options: SimulationOptions, store: ExecutionStore, clock: Clock): Promise<void> {
  const writes: Promise<unknown>[] = [];
  for (const [n, executionId] of executionIdsOf(options).entries()) {
    await clock.sleep(Math.max(0, SIMULATION_STARTS_AT + n * options.spacingMs - clock.now()));
    const paymentMethod = options.orders[n]?.fate.paymentMethod ?? '';
    const input = anOrderInput({ itemId: `item-${n % ITEMS}`, quantity: 1, paymentMethod });
    writes.push(store.putOrder(anOrderRecord({ executionId, submittedAt: clock.now(), input })));
  }
  await Promise.all(writes);
}

export function isOver(s3: MemoryS3, executionId: string): boolean {
  if (s3.json(STATE_STORAGE_BUCKET, recoveryKey(executionId)) !== undefined) return true;
  const record = s3.json(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'payment'));
  return (record as { readonly status: string } | undefined)?.status === 'SUCCEEDED';
}

/** As they lie in the state storage. */
export function claimsOf(s3: MemoryS3, executionIds: readonly string[]): readonly AttemptClaim[] {
  const keys = executionIds.flatMap((executionId) =>
    BOOKING.steps.flatMap(({ name, retry }) =>
      // One more than there may be, or one too many would not be seen.
      Array.from({ length: retry.maxAttempts }, (_, n) => attemptClaimKey(executionId, name, n + 2)),
    ),
  );
  return keys
    .map((key) => s3.json(STATE_STORAGE_BUCKET, key) as AttemptClaim | undefined)
    .filter((claim) => claim !== undefined);
}

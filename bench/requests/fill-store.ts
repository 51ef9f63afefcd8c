import { join } from 'node:path';
import { ItemStore } from '../../booking/item-store.ts';
import type { ItemInput } from '../../booking/item.ts';
import { Ledger } from '../../booking/ledger.ts';
import type { Confirmation, OrderInput, Receipt } from '../../booking/order.ts';
import { compactStock } from '../../booking/stock-compaction.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { homeShardOf, STOCK_SHARDS } from '../../booking/stock.ts';
import { BOOKING } from '../../booking/workflow.ts';
import { loadAssembly } from '../../local/cloudformation/assembly.ts';
import { planStack } from '../../local/cloudformation/plan-stack.ts';
import type { StackPlan } from '../../local/cloudformation/stack-plan.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../local/ports.ts';
import { readExecutionEnd } from '../../monitor/sweep/execution-end.ts';
import { SweepProgressStore } from '../../monitor/sweep/sweep-progress.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { firstIdAt } from '../../workflow/execution-id.ts';
import { openStoppedS3 } from './stopped-s3.ts';

export interface FillOptions {
  readonly assemblyFolder: string;
  /** Of the local AWS, which must not be running. */
  readonly awsStateFolder: string;
  readonly item: ItemInput;
  /** Executions that earlier fills have left. */
  readonly present: number;
  readonly executions: number;
  readonly now: number;
  readonly onProgress: (executions: number) => void;
}

/** Executions are a second apart and ended two days ago: long settled, and far from expiring. */
const APART_MS = 1_000;
const ENDED_BEFORE_MS = 2 * 86_400_000;
/** Folded in between, as the monitor does every half a minute. */
const FOLD_EVERY = 1_000;
const METHOD = 'pm_card_visa';

/**
 * Makes executions that have SUCCEEDED, all of them orders of one item: every fact, hold and payment that the functions
 * would have written, by the stores that they write with, and the stock folded and the sweep's mark raised by what does it in
 * the monitor. What a store looks like that has been in use, without the hours that it takes.
 */
export async function fillStore(options: FillOptions): Promise<void> {
  const { awsStateFolder, assemblyFolder, item, present, executions, now, onProgress } = options;
  let instant = now - ENDED_BEFORE_MS;
  const s3 = await openStores({ assemblyFolder, awsStateFolder, clock: () => instant });
  const { appStore, stateStorage } = s3;
  try {
    const store = new ExecutionStore({ appStore, stateStorage });
    const stock = new StockStore({ objects: appStore });
    await new ItemStore({ objects: appStore, stock }).put(item);
    for (let start = present; start < executions; start += FOLD_EVERY) {
      const numbers = Array.from({ length: Math.min(FOLD_EVERY, executions - start) }, (_, index) => start + index);
      const first = now - ENDED_BEFORE_MS - (executions - start) * APART_MS;
      instant = first;
      const ids = numbers.map((number) => idOf(first + (number - start) * APART_MS, number));
      await makeAll(ids, (executionId) => makeSucceeded(executionId, { item, store, stock, appStore, at: instant }));
      const statusOf = (executionId: string) => readExecutionEnd(store, BOOKING, executionId);
      await compactStock({ stock, itemId: item.itemId, statusOf, now, maxAsked: FOLD_EVERY });
      onProgress(start + ids.length);
    }
    const progress = { through: firstIdAt(now), open: [], fullPassStartedAt: now };
    await new SweepProgressStore(stateStorage).write(progress);
  } finally {
    await s3.close();
  }
}

export interface StoppedStores {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
  close(): Promise<void>;
}

/** The stack's two buckets in the S3 of a local AWS that is not running, made where they are missing. */
export async function openStores({
  assemblyFolder,
  awsStateFolder,
  clock,
}: Pick<FillOptions, 'assemblyFolder' | 'awsStateFolder'> & { readonly clock: () => number }): Promise<StoppedStores> {
  const plan = planStack(await loadAssembly(assemblyFolder), { account: LOCAL_ACCOUNT, region: LOCAL_REGION });
  const buckets = plan.buckets.map(({ name, versioned }) => ({ name, versioned }));
  const s3 = await openStoppedS3({ stateFolder: join(awsStateFolder, 's3'), buckets, clock });
  return {
    appStore: new ObjectStore({ client: s3.client, bucket: bucketOf(plan, 'AppStoreBucket') }),
    stateStorage: new ObjectStore({ client: s3.client, bucket: bucketOf(plan, 'StateStorageBucket') }),
    close: () => s3.close(),
  };
}

function bucketOf({ resources }: StackPlan, logicalName: string): string {
  const found = resources.find(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, '') === logicalName);
  if (found === undefined) throw new Error(`the stack has no ${logicalName}`);
  return found.physicalId;
}

/** Of the number among those of one instant. */
export function idOf(instant: number, number: number): string {
  return firstIdAt(instant).slice(0, -12) + number.toString(16).padStart(12, '0');
}

/** Side by side where they do not meet: orders of one stock document one after another. */
async function makeAll(executionIds: readonly string[], make: (executionId: string) => Promise<void>): Promise<void> {
  const lanes = Array.from({ length: STOCK_SHARDS }, (_, shard) =>
    executionIds.filter((executionId) => homeShardOf(executionId, STOCK_SHARDS) === shard),
  );
  await Promise.all(
    lanes.map(async (lane) => {
      for (const executionId of lane) await make(executionId);
    }),
  );
}

interface Making {
  readonly item: ItemInput;
  readonly store: ExecutionStore;
  readonly stock: StockStore;
  readonly appStore: ObjectStore;
  readonly at: number;
}

async function makeSucceeded(executionId: string, { item, store, stock, appStore, at }: Making): Promise<void> {
  const { itemId, price: total, currency } = item;
  const input: OrderInput = { itemId, quantity: 1, total, currency, paymentMethod: METHOD };
  const { name, version } = BOOKING;
  const ended = {
    executionId,
    attempt: 1,
    startedAt: at,
    endedAt: at,
    writtenBy: 'function',
    status: 'SUCCEEDED',
  } as const;
  await store.putOrder({ executionId, workflow: { name, version }, submittedAt: at, input });
  const held = await stock.hold(executionId, itemId, 1);
  if (held !== 'held') throw new Error(`execution ${executionId} cannot be made: the stock says ${held}`);
  const confirmation: Confirmation = { itemId, quantity: 1, total, currency, paymentMethod: METHOD };
  await store.putStepRecord({ ...ended, step: 'confirm-order', output: confirmation });
  const ledger = new Ledger({ objects: appStore });
  const captured = await ledger.capture({ idempotencyKey: executionId, total, currency, paymentMethod: METHOD });
  if (captured.status !== 'captured') throw new Error(`execution ${executionId} cannot be made: the card is not taken`);
  const receipt: Receipt = { paymentId: captured.paymentId, total, currency };
  await store.putStepRecord({ ...ended, step: 'payment', output: receipt });
}

import pLimit from 'p-limit';
import { itemRecordSchema } from '../../booking/item.ts';
import { ITEMS_PREFIX, PAYMENTS_PREFIX, STOCK_PREFIX } from '../../booking/keys.ts';
import { Ledger } from '../../booking/ledger.ts';
import { stockShardSchema } from '../../booking/stock.ts';
import { BOOKING } from '../../booking/workflow.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { foldExecution, type Execution } from '../../workflow/execution.ts';
import { UnreadableFactError } from '../../workflow/facts.ts';
import { CONTROL_PREFIX, IDEMPOTENCY_PREFIX, ORDERS_PREFIX } from '../../workflow/keys.ts';
import { idempotencyRecordSchema } from '../../workflow/records.ts';
import type { ObservedState } from './observed-state.ts';

const READ_TOGETHER = 16;
const QUARANTINE_PREFIX = `${CONTROL_PREFIX}quarantine/`;

export interface Stores {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
}

/** Reads everything from S3, past coordinator and monitor: what they would say is not asked. */
export async function readState(stores: Stores): Promise<ObservedState> {
  const { appStore, stateStorage } = stores;
  const limit = pLimit(READ_TOGETHER);
  const readAll = async <T>(
    store: ObjectStore,
    prefix: string,
    read: (key: string) => Promise<T>,
  ): Promise<readonly T[]> => {
    const keys = await keysBelow(store, prefix);
    return Promise.all(keys.map((key) => limit(() => read(key))));
  };
  const body = async (key: string) => (await appStore.get(key))?.body;
  const ledger = new Ledger({ objects: appStore });
  const executionStore = new ExecutionStore(stores);

  const orders = await readAll(appStore, ORDERS_PREFIX, (key) =>
    readExecution(executionStore, nameOf(key, ORDERS_PREFIX)),
  );
  return {
    executions: orders.flatMap((order) => (order.kind === 'read' ? [order.execution] : [])),
    unreadable: orders.flatMap((order) => (order.kind === 'unreadable' ? [order] : [])),
    quarantined: (await keysBelow(stateStorage, QUARANTINE_PREFIX)).map((key) => nameOf(key, QUARANTINE_PREFIX)),
    items: await readAll(appStore, ITEMS_PREFIX, async (key) => itemRecordSchema.parse(await body(key))),
    shards: await readAll(appStore, STOCK_PREFIX, async (key) => stockShardSchema.parse(await body(key))),
    payments: await readAll(appStore, PAYMENTS_PREFIX, (key) => readPayment(ledger, nameOf(key, PAYMENTS_PREFIX))),
    keys: await readAll(appStore, IDEMPOTENCY_PREFIX, async (key) => idempotencyRecordSchema.parse(await body(key))),
  };
}

type ReadExecution =
  | { readonly kind: 'read'; readonly execution: Execution }
  | { readonly kind: 'unreadable'; readonly executionId: string; readonly reason: string };

async function readExecution(store: ExecutionStore, executionId: string): Promise<ReadExecution> {
  try {
    const facts = await store.read(executionId);
    if (facts === undefined) return { kind: 'unreadable', executionId, reason: 'its order is gone' };
    return { kind: 'read', execution: foldExecution(BOOKING, facts) };
  } catch (error) {
    if (error instanceof UnreadableFactError) return { kind: 'unreadable', executionId, reason: error.message };
    throw error;
  }
}

async function readPayment(ledger: Ledger, executionId: string): Promise<ObservedState['payments'][number]> {
  const found = await ledger.find(executionId);
  return {
    executionId,
    status: found?.status ?? 'cancelled',
    paymentId: found?.payment?.paymentId,
    total: found?.payment?.total,
  };
}

async function keysBelow(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

function nameOf(key: string, prefix: string): string {
  return key.slice(prefix.length, -'.json'.length);
}

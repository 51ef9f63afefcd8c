import { createHash } from 'node:crypto';
import { orderInputSchema } from '../booking/order.ts';
import type { Clock } from '../platform/clock.ts';
import { StorageUnavailableError, UnreadableObjectError } from '../storage/errors.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { ObjectStore, PutIfAbsent } from '../storage/object-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { idempotencyKey } from '../workflow/keys.ts';
import { idempotencyRecordSchema, type IdempotencyRecord, type OrderRecord } from '../workflow/records.ts';
import type { ItemQuotes } from './item-quotes.ts';
import { ACTIONABLE_AGE_MS } from './retention.ts';

export interface OrderRequest {
  readonly itemId: string;
  readonly quantity: number;
  readonly paymentMethod: string;
  readonly customer?: string | undefined;
}

export interface SubmitOrderCollaborators {
  readonly quotes: Pick<ItemQuotes, 'get'>;
  readonly executions: Pick<ExecutionStore, 'putOrder'>;
  readonly appStore: Pick<ObjectStore, 'putIfAbsent'>;
  readonly workflow: WorkflowDefinition;
  readonly clock: Pick<Clock, 'now'>;
  /** Gives a new UUIDv7, lower-case. */
  readonly newExecutionId: () => string;
}

export type Submission =
  | { readonly outcome: 'accepted'; readonly order: OrderRecord; readonly isReplay: boolean }
  | { readonly outcome: 'unknown-item' }
  /** The key stands for an order with another body. */
  | { readonly outcome: 'key-reused' }
  /** The key's order is about to expire or its record cannot be read: it can neither be shown nor taken again. */
  | { readonly outcome: 'key-spent'; readonly reason: string };

/** The order's write got no answer and no key makes it repeatable: it may be taken or not. */
export class SubmissionUncertainError extends Error {
  override readonly name = 'SubmissionUncertainError';
  readonly executionId: string;

  constructor(executionId: string, options: ErrorOptions) {
    super(`it is not known whether order ${executionId} was taken`, options);
    this.executionId = executionId;
  }
}

/**
 * Takes an order: prices it and writes it, which starts the workflow. Whether units are left is not asked here, because
 * only the step that reserves them can tell.
 *
 * With a key, the whole order is first written under the key. Whoever repeats the request after a crash between the two
 * writes finds that order and writes the same one, so that one key stands for one execution whatever died.
 *
 * @throws StorageError when S3 refuses or cannot be reached; with a key, the request can be repeated safely.
 * @throws SubmissionUncertainError when there is no key and the order's write got no answer.
 */
export async function submitOrder(
  collaborators: SubmitOrderCollaborators,
  request: OrderRequest,
  key?: string,
): Promise<Submission> {
  const order = await priceOrder(collaborators, request);
  if (order === undefined) return { outcome: 'unknown-item' };
  if (key !== undefined) return submitUnderKey(collaborators, { order, bodyHash: hashOf(request), key });
  await writeUnkeyed(collaborators, order);
  return { outcome: 'accepted', order, isReplay: false };
}

async function priceOrder(
  { quotes, workflow, clock, newExecutionId }: SubmitOrderCollaborators,
  { itemId, quantity, paymentMethod, customer }: OrderRequest,
): Promise<OrderRecord | undefined> {
  const item = await quotes.get(itemId);
  if (item === undefined) return undefined;
  const input = orderInputSchema.parse({
    itemId,
    quantity,
    total: item.price * quantity,
    currency: item.currency,
    paymentMethod,
    ...(customer !== undefined && { customer }),
  });
  const { name, version } = workflow;
  return { executionId: newExecutionId(), workflow: { name, version }, submittedAt: clock.now(), input };
}

async function writeUnkeyed({ executions }: SubmitOrderCollaborators, order: OrderRecord): Promise<void> {
  let put: PutIfAbsent;
  try {
    put = await executions.putOrder(order);
  } catch (error) {
    if (error instanceof StorageUnavailableError)
      throw new SubmissionUncertainError(order.executionId, { cause: error });
    throw error;
  }
  if (put.outcome === 'already-written') throw new Error(`the new execution id ${order.executionId} is taken`);
}

interface KeyedOrder {
  readonly order: OrderRecord;
  readonly bodyHash: string;
  readonly key: string;
}

async function submitUnderKey(collaborators: SubmitOrderCollaborators, keyed: KeyedOrder): Promise<Submission> {
  const { executions, clock } = collaborators;
  const claimed = await claimKey(collaborators, keyed);
  if (claimed === undefined) return { outcome: 'key-spent', reason: 'what is stored under it cannot be read' };
  const { record, isReplay } = claimed;
  if (record.bodyHash !== keyed.bodyHash) return { outcome: 'key-reused' };
  if (clock.now() - record.order.submittedAt > ACTIONABLE_AGE_MS) {
    return { outcome: 'key-spent', reason: 'its order has expired or is about to' };
  }
  await executions.putOrder(record.order);
  return { outcome: 'accepted', order: record.order, isReplay };
}

/** What stands under the key, which is this order if nobody was earlier; `undefined` when it cannot be read. */
async function claimKey(
  { appStore }: SubmitOrderCollaborators,
  { order, bodyHash, key }: KeyedOrder,
): Promise<{ readonly record: IdempotencyRecord; readonly isReplay: boolean } | undefined> {
  const own: IdempotencyRecord = { executionId: order.executionId, bodyHash, order };
  try {
    const put = await appStore.putIfAbsent(idempotencyKey(sha256(key)), own);
    if (put.outcome === 'written') return { record: own, isReplay: false };
    const existing = idempotencyRecordSchema.safeParse(put.existing.body);
    return existing.success ? { record: existing.data, isReplay: true } : undefined;
  } catch (error) {
    if (error instanceof UnreadableObjectError) return undefined;
    throw error;
  }
}

/** The same for two requests that mean the same, however their JSON is written. */
function hashOf({ itemId, quantity, paymentMethod, customer }: OrderRequest): string {
  return sha256(JSON.stringify([itemId, quantity, paymentMethod, customer ?? null]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

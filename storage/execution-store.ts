import type * as z from 'zod/mini';
import { RecentMap } from '../platform/recent-map.ts';
import { MAX_FACTS } from '../workflow/fact-limit.ts';
import { assembleFacts, UnreadableFactError, type Facts, type RawFact } from '../workflow/facts.ts';
import { failureKey, indexFailure } from '../workflow/failure-index.ts';
import type { Failure } from '../workflow/failure.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  barredKey,
  confirmationKey,
  doorbellKey,
  executionPrefix,
  orderKey,
  parseFactKey,
  quarantineKey,
  recoveryAttemptKey,
  recoveryKey,
  recoveryRequestKey,
  redriveKey,
  stepRecordKey,
} from '../workflow/keys.ts';
import {
  attemptClaimSchema,
  attemptInvokedSchema,
  barredRecordSchema,
  confirmationSchema,
  orderRecordSchema,
  recoveryAttemptSchema,
  recoveryRecordSchema,
  recoveryRequestSchema,
  redriveRecordSchema,
  stepRecordSchema,
  type AttemptClaim,
  type AttemptInvoked,
  type BarredRecord,
  type Confirmation,
  type OrderRecord,
  type RecoveryAttempt,
  type RecoveryRecord,
  type RecoveryRequest,
  type RedriveRecord,
  type StepRecord,
} from '../workflow/records.ts';
import { UnreadableObjectError } from './errors.ts';
import type { ObjectStore, PutIfAbsent } from './object-store.ts';

export interface ExecutionStoreOptions {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
}

/** Write-once facts kept in memory, because they are read again and again while an execution is watched. */
const MAX_CACHED_FACTS = 4000;

interface CachedFact extends RawFact {
  readonly objectKey: string;
}

/**
 * An execution's facts in S3. Every write is put-if-absent: whoever comes second learns it and reads what there is. A fact
 * that could not be read back is not written, because it would stay for ever.
 *
 * Every write throws an UnreadableFactError for such a fact.
 */
export class ExecutionStore {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
  readonly #cache = new RecentMap<string, CachedFact>(MAX_CACHED_FACTS);

  constructor({ appStore, stateStorage }: ExecutionStoreOptions) {
    this.appStore = appStore;
    this.stateStorage = stateStorage;
  }

  /**
   * Everything S3 knows of an execution; `undefined` when there is no such order.
   * @throws UnreadableFactError when one of its objects cannot be read.
   */
  async read(executionId: string): Promise<Facts | undefined> {
    const known = this.#cache.get(orderKey(executionId));
    const [found, listed] = await Promise.all([
      known ?? this.#get(executionId, this.appStore, orderKey(executionId)),
      this.stateStorage.listPage(executionPrefix(executionId), undefined, MAX_FACTS + 1),
    ]);
    // Orders expire, and so do facts: an order remembered alone would look as if nothing had come of it.
    const isInDoubt = known !== undefined && listed.objects.length === 0;
    const order = isInDoubt ? await this.#get(executionId, this.appStore, orderKey(executionId)) : found;
    if (order === undefined) return undefined;
    if (listed.objects.length > MAX_FACTS)
      throw new UnreadableFactError(executionId, `it has more than ${MAX_FACTS} objects`);
    const read = await Promise.all(
      listed.objects.map(async ({ key }) => this.#cache.get(key) ?? this.#get(executionId, this.stateStorage, key)),
    );
    const raw = [order, ...read.filter((fact) => fact !== undefined)];
    const facts = assembleFacts(executionId, raw);
    // Only what could be read is remembered: what could not may be put right.
    for (const fact of raw) this.#cache.set(fact.objectKey, fact);
    return facts;
  }

  async #get(executionId: string, store: ObjectStore, objectKey: string): Promise<CachedFact | undefined> {
    const key = parseFactKey(objectKey);
    if (key === undefined) return undefined;
    const object = await readable(executionId, () => store.get(objectKey));
    return object && { objectKey, key, body: object.body, at: object.lastModifiedAt };
  }

  putOrder(order: OrderRecord): Promise<PutIfAbsent> {
    return write(this.appStore, orderKey(order.executionId), orderRecordSchema, order);
  }

  putStepRecord(record: StepRecord): Promise<PutIfAbsent> {
    return write(this.stateStorage, stepRecordKey(record.executionId, record.step), stepRecordSchema, record);
  }

  claimAttempt(claim: AttemptClaim): Promise<PutIfAbsent> {
    const key = attemptClaimKey(claim.executionId, claim.step, claim.attempt);
    return write(this.stateStorage, key, attemptClaimSchema, claim);
  }

  noteInvoked(invoked: AttemptInvoked): Promise<PutIfAbsent> {
    const key = attemptInvokedKey(invoked.executionId, invoked.step, invoked.attempt);
    return write(this.stateStorage, key, attemptInvokedSchema, invoked);
  }

  putConfirmation(confirmation: Confirmation): Promise<PutIfAbsent> {
    const { executionId, step, attempt, signal } = confirmation;
    const key = confirmationKey(executionId, step, attempt, signal);
    return write(this.stateStorage, key, confirmationSchema, confirmation);
  }

  putBarred(barred: BarredRecord): Promise<PutIfAbsent> {
    const key = barredKey(barred.executionId, barred.step, barred.attempt);
    return write(this.stateStorage, key, barredRecordSchema, barred);
  }

  putRecoveryAttempt(attempt: RecoveryAttempt): Promise<PutIfAbsent> {
    const key = recoveryAttemptKey(attempt.executionId, attempt.attempt);
    return write(this.stateStorage, key, recoveryAttemptSchema, attempt);
  }

  putRecoveryRequest(request: RecoveryRequest): Promise<PutIfAbsent> {
    const key = recoveryRequestKey(request.executionId, request.request);
    return write(this.stateStorage, key, recoveryRequestSchema, request);
  }

  putRecovery(recovery: RecoveryRecord): Promise<PutIfAbsent> {
    return write(this.stateStorage, recoveryKey(recovery.executionId), recoveryRecordSchema, recovery);
  }

  /** Enters the failure of a FAILED record into the index: an empty object, so that whoever is later writes the same. */
  async indexFailure(executionId: string, step: string, failure: Failure): Promise<void> {
    await this.stateStorage.overwrite(failureKey(indexFailure(executionId, step, failure)), {});
  }

  putRedrive(redrive: RedriveRecord): Promise<PutIfAbsent> {
    return write(this.stateStorage, redriveKey(redrive.executionId), redriveRecordSchema, redrive);
  }

  /** Asks the monitors for a look at an execution now. A hint: what they look at are its facts. */
  ring(executionId: string, ringId: string): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(doorbellKey(ringId, executionId), { executionId });
  }

  /** Sets an execution aside that cannot be read. Repeated, it changes nothing. */
  quarantine(executionId: string, reason: string, quarantinedAt: number): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(quarantineKey(executionId), { executionId, reason, quarantinedAt });
  }
}

async function write<T extends { readonly executionId: string }>(
  store: ObjectStore,
  key: string,
  schema: z.ZodMiniType<T>,
  fact: T,
): Promise<PutIfAbsent> {
  const issue = schema.safeParse(fact).error?.issues[0];
  if (issue !== undefined)
    throw new UnreadableFactError(
      fact.executionId,
      `${key} is not written, because it could not be read: ${issue.path.join('.')} ${issue.message}`,
    );
  return readable(fact.executionId, () => store.putIfAbsent(key, fact));
}

/** A put-if-absent that was refused reads as well. */
async function readable<T>(executionId: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UnreadableObjectError)
      throw new UnreadableFactError(executionId, error.message, { cause: error });
    throw error;
  }
}

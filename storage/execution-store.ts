import { assembleFacts, UnreadableFactError, type Facts, type RawFact } from '../workflow/facts.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  executionPrefix,
  orderKey,
  parseFactKey,
  quarantineKey,
  recoveryAttemptKey,
  recoveryKey,
  redriveKey,
  stepRecordKey,
} from '../workflow/keys.ts';
import type {
  AttemptClaim,
  AttemptInvoked,
  OrderRecord,
  RecoveryAttempt,
  RecoveryRecord,
  RedriveRecord,
  StepRecord,
} from '../workflow/records.ts';
import { UnreadableObjectError } from './errors.ts';
import type { ObjectStore, PutIfAbsent, StoredObject } from './object-store.ts';

export interface ExecutionStoreOptions {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
}

/** Objects of one execution that are read at most; more than this is not what this system writes. */
const MAX_FACTS = 200;
/** Write-once facts kept in memory, because they are read again and again while an execution is watched. */
const MAX_CACHED_FACTS = 4000;

/** An execution's facts in S3. Every write is put-if-absent: whoever comes second learns it and reads what there is. */
export class ExecutionStore {
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
  readonly #cache = new Map<string, RawFact>();

  constructor({ appStore, stateStorage }: ExecutionStoreOptions) {
    this.appStore = appStore;
    this.stateStorage = stateStorage;
  }

  /**
   * Everything S3 knows of an execution; `undefined` when there is no such order.
   * @throws UnreadableFactError when one of its objects cannot be read.
   */
  async read(executionId: string): Promise<Facts | undefined> {
    const [order, listed] = await Promise.all([
      this.#readFact(executionId, this.appStore, orderKey(executionId)),
      this.stateStorage.listPage(executionPrefix(executionId), undefined, MAX_FACTS + 1),
    ]);
    if (order === undefined) return undefined;
    if (listed.objects.length > MAX_FACTS)
      throw new UnreadableFactError(executionId, `it has more than ${MAX_FACTS} objects`);
    const facts = await Promise.all(
      listed.objects.map(({ key }) => this.#readFact(executionId, this.stateStorage, key)),
    );
    return assembleFacts(executionId, [order, ...facts.filter((fact) => fact !== undefined)]);
  }

  async #readFact(executionId: string, store: ObjectStore, key: string): Promise<RawFact | undefined> {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const factKey = parseFactKey(key);
    if (factKey === undefined) return undefined;
    const object = await readable(executionId, () => store.get(key));
    if (object === undefined) return undefined;
    const fact = { key: factKey, body: object.body, at: object.lastModifiedAt };
    if (this.#cache.size >= MAX_CACHED_FACTS) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(key, fact);
    return fact;
  }

  putOrder(order: OrderRecord): Promise<PutIfAbsent> {
    return this.appStore.putIfAbsent(orderKey(order.executionId), order);
  }

  putStepRecord(record: StepRecord): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(stepRecordKey(record.executionId, record.step), record);
  }

  claimAttempt(claim: AttemptClaim): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(attemptClaimKey(claim.executionId, claim.step, claim.attempt), claim);
  }

  noteInvoked(invoked: AttemptInvoked): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(
      attemptInvokedKey(invoked.executionId, invoked.step, invoked.attempt),
      invoked,
    );
  }

  putRecoveryAttempt(attempt: RecoveryAttempt): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(recoveryAttemptKey(attempt.executionId, attempt.attempt), attempt);
  }

  putRecovery(recovery: RecoveryRecord): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(recoveryKey(recovery.executionId), recovery);
  }

  putRedrive(redrive: RedriveRecord): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(redriveKey(redrive.executionId), redrive);
  }

  /** Sets an execution aside that cannot be read. Repeated, it changes nothing. */
  quarantine(executionId: string, reason: string, quarantinedAt: number): Promise<PutIfAbsent> {
    return this.stateStorage.putIfAbsent(quarantineKey(executionId), { executionId, reason, quarantinedAt });
  }
}

async function readable(
  executionId: string,
  read: () => Promise<StoredObject | undefined>,
): Promise<StoredObject | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableObjectError)
      throw new UnreadableFactError(executionId, error.message, { cause: error });
    throw error;
  }
}

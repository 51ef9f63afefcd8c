import { Ledger } from '../../../booking/ledger.ts';
import { STOCK_HORIZON_MS } from '../../../booking/horizon.ts';
import { orderInputSchema } from '../../../booking/order.ts';
import { StockStore } from '../../../booking/stock-store.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import type { RecoveryHandler } from '../../../recovery/handler.ts';
import { Recovery, type FailStep, type RecoveryOptions } from '../../../recovery/recovery.ts';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import {
  ObjectStore,
  type ListedObject,
  type ObjectStoreOptions,
  type PutIfAbsent,
  type StoredObject,
} from '../../../storage/object-store.ts';
import { foldExecution } from '../../../workflow/execution.ts';
import { instantOf } from '../../../workflow/execution-id.ts';
import type { Facts, StepFacts } from '../../../workflow/facts.ts';
import type { Failure } from '../../../workflow/failure.ts';
import { DOORBELL_PREFIX, ORDERS_PREFIX, parseFactKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { AttemptClaim, StepRecord } from '../../../workflow/records.ts';
import { AS_BUILT, type Invoke, type Protocol } from './protocol.ts';
import type { Promised } from './witness.ts';

/** A protocol that must not be, and the promises of which it breaks one. */
export interface BrokenProtocol {
  readonly protocol: Protocol;
  readonly breaks: readonly Promised[];
}

const WRITTEN: PutIfAbsent = { outcome: 'written' };

/** A function's record wins over a FAILED one: there is no fence. */
const FUNCTIONS_WITHOUT_FENCE: Protocol = {
  ...AS_BUILT,
  functionStore: (store) => new UnfencedStore(store),
};

/** Recovery writes FAILED without having won: a step may have succeeded meanwhile. */
const RECOVERY_WITHOUT_FENCE: Protocol = {
  ...AS_BUILT,
  monitorStore: (store) => new UnfencedStore(store),
};

class UnfencedStore extends ExecutionStore {
  override async putStepRecord(record: StepRecord): Promise<PutIfAbsent> {
    await this.stateStorage.overwrite(stepRecordKey(record.executionId, record.step), record);
    return WRITTEN;
  }
}

/** The next attempt is invoked by whoever hears of a failure, and nobody claims it first. */
const NO_ATTEMPT_CLAIM: Protocol = {
  ...AS_BUILT,
  monitorStore: (store, invoke) => new UnclaimingStore(store, invoke),
};

class UnclaimingStore extends ExecutionStore {
  readonly #invoke: Invoke;

  constructor(store: ExecutionStore, invoke: Invoke) {
    super(store);
    this.#invoke = invoke;
  }

  override async claimAttempt({ executionId, step, attempt }: AttemptClaim): Promise<PutIfAbsent> {
    await this.#invoke(executionId, step, attempt);
    return WRITTEN;
  }
}

/** Writes go through whatever is there. */
const UNCONDITIONAL_PUT: Protocol = {
  ...AS_BUILT,
  createStore: (options) => new UnconditionalStore(options),
};

class UnconditionalStore extends ObjectStore {
  override async putIfAbsent(key: string, body: unknown): Promise<PutIfAbsent> {
    await this.overwrite(key, body);
    return WRITTEN;
  }
}

/** Handlers run on a suspicion, and the record is won afterwards. */
const RECOVERY_BEFORE_THE_RECORD: Protocol = {
  ...AS_BUILT,
  recovery: (options) => new HastyRecovery(options),
};

class HastyRecovery extends Recovery {
  readonly #hasty: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    super(options);
    this.#hasty = options;
  }

  override async failStep(executionId: string, step: string, failure: Failure): Promise<FailStep> {
    const { store, handlers } = this.#hasty;
    const facts = await store.read(executionId);
    const execution = facts && foldExecution(BOOKING, facts);
    if (execution !== undefined)
      for (const handler of handlers) await handler.undo({ execution, failure: { ...failure, step } });
    return super.failStep(executionId, step, failure);
  }
}

/** A function that finds its record taken gives back what it sees, which may be another one's. */
const A_LOSER_THAT_UNDOES: Protocol = {
  ...AS_BUILT,
  functionStore: (store) => new UndoingStore(store),
};

class UndoingStore extends ExecutionStore {
  override async putStepRecord(record: StepRecord): Promise<PutIfAbsent> {
    const put = await super.putStepRecord(record);
    if (put.outcome === 'already-written') await this.#undo(record);
    return put;
  }

  async #undo({ executionId, step }: StepRecord): Promise<void> {
    if (step === 'payment') {
      await new Ledger({ objects: this.appStore }).cancel(executionId);
      return;
    }
    const order = orderInputSchema.safeParse((await this.read(executionId))?.order.value.input);
    if (order.success) await new StockStore({ objects: this.appStore }).close(executionId, order.data.itemId);
  }
}

/** Recovery releases what is held, and leaves no tombstone where nothing is. */
const A_SLOT_CLOSED_ONLY_WHEN_HELD: Protocol = {
  ...AS_BUILT,
  handlers: (appStore) =>
    AS_BUILT.handlers(appStore).map((handler) =>
      handler.step === 'confirm-order' ? closedOnlyWhenHeld(handler, appStore) : handler,
    ),
};

function closedOnlyWhenHeld(handler: RecoveryHandler, appStore: ObjectStore): RecoveryHandler {
  const stock = new StockStore({ objects: appStore });
  const unitsOf = async ({ execution }: Parameters<RecoveryHandler['undo']>[0]) => {
    const order = orderInputSchema.safeParse(execution.input);
    return order.success ? (await stock.slot(execution.executionId, order.data.itemId)).units : 0;
  };
  return {
    ...handler,
    undo: async (input) => ((await unitsOf(input)) > 0 ? handler.undo(input) : { units: 0 }),
    check: async (input) => ({ isUndone: (await unitsOf(input)) === 0, state: { units: 0 } }),
  };
}

/** Tombstones go as soon as an execution has ended, while its functions may still run. */
const TOMBSTONES_FOLDED_TOO_EARLY: Protocol = {
  ...AS_BUILT,
  housekeepingClock: (clock) => ({ ...clock, now: () => clock.now() + STOCK_HORIZON_MS }),
};

/** An event is young whatever its age, so that no run of it looks for a record before it acts. */
const LATE_EVENTS_THAT_DO_NOT_LOOK: Protocol = {
  ...AS_BUILT,
  functionClock: (clock) => ({ ...clock, now: () => clock.now() - HOUR_MS }),
};
const HOUR_MS = 3_600_000;

/** An order's time counts from the instant in its id, which a coordinator's clock made. */
const DEADLINES_FROM_THE_IDS_CLOCK: Protocol = {
  ...AS_BUILT,
  createStore: (options) => new IdClockStore(options),
};

class IdClockStore extends ObjectStore {
  override async get(key: string): Promise<StoredObject | undefined> {
    const found = await super.get(key);
    return found && stampedById(found);
  }

  override async *list(prefix: string, startAfter?: string): AsyncGenerator<ListedObject, void, undefined> {
    for await (const found of super.list(prefix, startAfter)) yield stampedById(found);
  }
}

function stampedById<T extends ListedObject | StoredObject>(found: T): T {
  const fact = parseFactKey(found.key);
  return fact?.kind === 'order' ? { ...found, lastModifiedAt: instantOf(fact.executionId) } : found;
}

/** Nobody compares what was ordered with what is written: whatever no signal tells of goes on for ever. */
const NO_SWEEP: Protocol = {
  ...AS_BUILT,
  createStore: (options) => new BlindStore(options, ORDERS_PREFIX),
};

/** Nobody hears that a recovery was asked for. */
const NO_DOORBELL: Protocol = {
  ...AS_BUILT,
  createStore: (options) => new BlindStore(options, DOORBELL_PREFIX),
};

class BlindStore extends ObjectStore {
  readonly #unseen: string;

  constructor(options: ObjectStoreOptions, unseen: string) {
    super(options);
    this.#unseen = unseen;
  }

  override async *list(prefix: string, startAfter?: string): AsyncGenerator<ListedObject, void, undefined> {
    if (prefix !== this.#unseen) yield* super.list(prefix, startAfter);
  }
}

/** Two redrives of one order, each with an execution of its own. */
const NO_REDRIVE_CLAIM: Protocol = {
  ...AS_BUILT,
  coordinatorStore: (store) => new RedrivingStore(store),
};

class RedrivingStore extends ExecutionStore {
  override async putRedrive(): Promise<PutIfAbsent> {
    return WRITTEN;
  }
}

/** What is held for a person is recovered as if it were not. */
const A_HOLD_THAT_NOBODY_KEEPS: Protocol = {
  ...AS_BUILT,
  monitorStore: (store) => new HoldForgettingStore(store),
};

class HoldForgettingStore extends ExecutionStore {
  override async read(executionId: string): Promise<Facts | undefined> {
    const facts = await super.read(executionId);
    return facts && { ...facts, steps: new Map([...facts.steps].map(([name, step]) => [name, unheld(step)])) };
  }
}

function unheld({ record, ...step }: StepFacts): StepFacts {
  if (record?.value.status !== 'FAILED') return { ...step, ...(record && { record }) };
  return { ...step, record: { ...record, value: { ...record.value, isHeld: false } } };
}

/** By name, for tests and for `npm run simulate -- --broken NAME`. */
export const BROKEN_PROTOCOLS: Readonly<Record<string, BrokenProtocol>> = {
  'functions-without-fence': { protocol: FUNCTIONS_WITHOUT_FENCE, breaks: ['one ending per step'] },
  'recovery-without-fence': { protocol: RECOVERY_WITHOUT_FENCE, breaks: ['one ending per step'] },
  'no-attempt-claim': { protocol: NO_ATTEMPT_CLAIM, breaks: ['nothing is done twice'] },
  'unconditional-put': { protocol: UNCONDITIONAL_PUT, breaks: ['one ending per step', 'nothing is done twice'] },
  'recovery-before-the-record': {
    protocol: RECOVERY_BEFORE_THE_RECORD,
    breaks: ['recovery owns a failure before it acts'],
  },
  'a-loser-that-undoes': { protocol: A_LOSER_THAT_UNDOES, breaks: ['one ending per step'] },
  'a-slot-closed-only-when-held': { protocol: A_SLOT_CLOSED_ONLY_WHEN_HELD, breaks: ['the books balance'] },
  'tombstones-folded-too-early': { protocol: TOMBSTONES_FOLDED_TOO_EARLY, breaks: ['the books balance'] },
  'late-events-that-do-not-look': { protocol: LATE_EVENTS_THAT_DO_NOT_LOOK, breaks: ['the books balance'] },
  'deadlines-from-the-ids-clock': {
    protocol: DEADLINES_FROM_THE_IDS_CLOCK,
    breaks: ["no input decides another's fate"],
  },
  'no-sweep': { protocol: NO_SWEEP, breaks: ['every execution ends'] },
  'a-hold-that-nobody-keeps': {
    protocol: A_HOLD_THAT_NOBODY_KEEPS,
    breaks: ['recovery owns a failure before it acts'],
  },
  'no-doorbell': { protocol: NO_DOORBELL, breaks: ['every execution ends'] },
  'no-redrive-claim': { protocol: NO_REDRIVE_CLAIM, breaks: ['nothing is done twice'] },
};

export function protocolNamed(broken: string | undefined): Protocol {
  return (broken === undefined ? undefined : BROKEN_PROTOCOLS[broken]?.protocol) ?? AS_BUILT;
}

import { paymentKey, PAYMENTS_PREFIX, STOCK_PREFIX } from '../../../booking/keys.ts';
import { emptyShard, usedUnits, type StockShard } from '../../../booking/stock.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import type { Failure } from '../../../workflow/failure.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  orderKey,
  parseFactKey,
  quarantineKey,
  recoveryKey,
  recoveryRequestKey,
  stepRecordKey,
  type FactKey,
} from '../../../workflow/keys.ts';
import type { AttemptClaim, StepRecord } from '../../../workflow/records.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET, type MemoryS3 } from '../../support/memory-s3.ts';
import { nameOf, TIMEOUT_MS, type Event, type SteppedLambda } from './stepped-lambda.ts';
import type { Written } from './stepped-s3.ts';
import type { World } from './world.ts';

/** The invariants of docs/design.md, in its words and order. */
export const PROMISES = [
  'one ending per step',
  'recovery owns a failure before it acts',
  'every execution ends',
  'the books balance',
  'nothing is done twice',
  "no input decides another's fate",
] as const;
export type Promised = (typeof PROMISES)[number];

export interface Violation {
  readonly promise: Promised;
  readonly what: string;
}

/** Clocks of monitors are off by half of this at most, and so is when something was really written. */
const TOLERANCE_MS = 1_500;

/** Looks at every write as it is carried out, and says which of them the design rules out. */
export class Witness {
  readonly violations: Violation[] = [];
  readonly #world: World;
  readonly #memory: MemoryS3;
  readonly #writtenAt = new Map<string, number>();
  readonly #open = new Set<string>();
  #units: number | undefined;
  readonly #answers = new Map<string, string>();

  constructor(world: World, memory: MemoryS3) {
    this.#world = world;
    this.#memory = memory;
  }

  /** Executions that have not ended. */
  get open(): ReadonlySet<string> {
    return this.#open;
  }

  endOf(executionId: string): 'SUCCEEDED' | 'FAILED' | undefined {
    if (this.#fact(recoveryKey(executionId)) !== undefined) return 'FAILED';
    return this.#record(executionId, 'payment')?.status === 'SUCCEEDED' ? 'SUCCEEDED' : undefined;
  }

  /** Whether it was held for a person, and is not recovered. */
  isHeld(executionId: string): boolean {
    const records = BOOKING.steps.map((step) => this.#record(executionId, step.name));
    return (
      records.some((record) => record?.status === 'FAILED' && record.isHeld === true) &&
      this.endOf(executionId) === undefined
    );
  }

  /** Whether somebody has quarantined it. */
  isSetAside(executionId: string): boolean {
    return this.#fact(quarantineKey(executionId)) !== undefined;
  }

  /** One request, however often it is sent, has one answer. */
  noteAnswer(request: string, executionId: string): void {
    const known = this.#answers.get(request) ?? executionId;
    this.#answers.set(request, known);
    if (known !== executionId)
      this.violate('nothing is done twice', `${request} was answered with ${known} and with ${executionId}`);
  }

  /** What an operator was told of how many units there are; `undefined`: not as many as were asked for. */
  noteUnits(units: number | undefined): void {
    this.#units = units;
  }

  /** Once nobody moves: an item is spread over its documents to the last unit. */
  checkUnits(): void {
    const spread = this.shards().reduce((sum, { units }) => sum + units, 0);
    if (this.#units !== undefined && spread !== this.#units)
      this.violate('the books balance', `the item has ${this.#units} units, and its documents have ${spread}`);
  }

  /** Once housekeeping is through: nothing is left of those that ended long ago but what was sold. */
  checkFolded(): void {
    for (const { shard, held, closed } of this.shards()) {
      const left = [...Object.keys(held), ...closed];
      if (left.length > 0)
        this.violate('the books balance', `document ${shard} still has entries of ${left.join(', ')}`);
    }
  }

  /** Every attempt but the first is claimed before it runs. */
  noteRun(event: Event): void {
    const { executionId, step, attempt } = event;
    if (attempt > 1 && this.#fact(attemptClaimKey(executionId, step, attempt)) === undefined)
      this.violate('nothing is done twice', `${nameOf(event)} runs and nobody has claimed it`);
  }

  noteWritten(written: Written, { truths, refusals }: Pick<SteppedLambda, 'truths' | 'refusals'>): void {
    const { bucket, key, before, by } = written;
    this.#writtenAt.set(key, this.#world.scheduler.now());
    const fact = parseFactKey(key);
    if (bucket === APP_STORE_BUCKET && key.startsWith(STOCK_PREFIX)) this.#watchStock(written);
    if (bucket === APP_STORE_BUCKET && key.startsWith(PAYMENTS_PREFIX)) this.#watchPayment(written);
    if (before !== undefined && (fact !== undefined || key.startsWith('idempotency/')))
      this.violate('one ending per step', `${by.name} wrote ${key} over what was there`);
    if (fact !== undefined) this.#watchFact(written, fact, { truths, refusals });
  }

  violate(promise: Promised, what: string): void {
    if (this.violations.some((known) => known.what === what)) return;
    this.violations.push({ promise, what });
    this.#world.story.tell('VIOLATION', () => `${promise}: ${what}`);
  }

  #watchFact({ by, after }: Written, fact: FactKey, lambda: Pick<SteppedLambda, 'truths' | 'refusals'>): void {
    const { executionId } = fact;
    if (fact.kind === 'order') this.#open.add(executionId);
    if (fact.kind === 'attempt-claim') this.#watchVerdict(fact, (after as AttemptClaim).because, lambda);
    if (fact.kind === 'step-record' && by.role === 'monitor') {
      const record = after as StepRecord;
      if (record.status === 'FAILED') this.#watchVerdict(fact, record.failure, lambda);
    }
    if (fact.kind === 'recovery') this.#watchRecovery(executionId);
    if (this.endOf(executionId) !== undefined) this.#open.delete(executionId);
  }

  /** What is held against an attempt has really happened to it, or its time was really up. */
  #watchVerdict(
    {
      executionId,
      step,
    }: Pick<Event, 'executionId' | 'step'> | { readonly executionId: string; readonly step: string },
    { kind, signal, attempt, requestId }: Failure,
    { truths, refusals }: Pick<SteppedLambda, 'truths' | 'refusals'>,
  ): void {
    const name = nameOf({ executionId, step, attempt } as Event);
    if (signal === 'deadline') {
      const since = this.#triggeredAt(executionId, step, attempt);
      const waitedMs = this.#world.scheduler.now() - since;
      if (waitedMs + TOLERANCE_MS < TIMEOUT_MS + this.#world.circumstances.evidenceSlackMs)
        this.violate("no input decides another's fate", `${name} was given up ${waitedMs} ms after it was started`);
      return;
    }
    if (signal === 'invocation' && refusals.has(name)) return;
    const isTrue = truths.some(
      (truth) => nameOf(truth) === name && truth.requestId === requestId && truth.failures.has(kind),
    );
    if (!isTrue)
      this.violate("no input decides another's fate", `${name} is said to have failed by ${kind}, which it has not`);
  }

  #triggeredAt(executionId: string, step: string, attempt: number): number {
    const { after } = BOOKING.steps.find(({ name }) => name === step) ?? {};
    const trigger = after === undefined ? orderKey(executionId) : stepRecordKey(executionId, after);
    const key = attempt === 1 ? trigger : attemptInvokedKey(executionId, step, attempt);
    return this.#writtenAt.get(key) ?? Infinity;
  }

  #watchStock({ by, key, before, after }: Written): void {
    const then = (before ?? emptyShard('', 0)) as StockShard;
    const now = after as StockShard;
    if (usedUnits(now) > now.units)
      this.violate('the books balance', `${key} has ${usedUnits(now)} units held or sold of ${now.units}`);
    for (const executionId of now.closed) {
      if (!then.closed.includes(executionId)) this.#watchUndoing(by, executionId, `closed the slot in ${key}`);
    }
    for (const [executionId, units] of Object.entries(then.held)) {
      const isReleased = now.held[executionId] === undefined && !now.closed.includes(executionId);
      if (!isReleased || units === 0) continue;
      if (now.sold - then.sold < units) this.#watchUndoing(by, executionId, `released ${units} units in ${key}`);
      else if (this.endOf(executionId) !== 'SUCCEEDED')
        this.violate('the books balance', `${by.name} sold what ${executionId} holds, which has not succeeded`);
    }
    for (const executionId of then.closed) {
      if (!now.closed.includes(executionId) && this.endOf(executionId) !== 'FAILED')
        this.violate('the books balance', `${by.name} opened the slot of ${executionId}, which has not ended`);
    }
  }

  #watchPayment({ by, key, before, after }: Written): void {
    const executionId = key.slice(PAYMENTS_PREFIX.length, -'.json'.length);
    const [from, to] = [statusOf(before) ?? 'none', statusOf(after)];
    if (to === 'cancelled') this.#watchUndoing(by, executionId, 'cancelled the payment');
    if (from !== 'none' && !(from === 'captured' && to === 'cancelled'))
      this.violate('nothing is done twice', `${by.name} made the ${from} payment of ${executionId} ${to}`);
  }

  /** Only recovery undoes, and only what it owns. */
  #watchUndoing({ name, role }: Written['by'], executionId: string, what: string): void {
    if (role === 'function') this.violate('one ending per step', `the function ${name} ${what} of ${executionId}`);
    if (this.isHeld(executionId) && this.#fact(recoveryRequestKey(executionId, 1)) === undefined)
      this.violate(
        'recovery owns a failure before it acts',
        `${name} ${what} of ${executionId}, which is held, and nobody has asked for its recovery`,
      );
    const isOwned = BOOKING.steps.some((step) => this.#record(executionId, step.name)?.status === 'FAILED');
    if (!isOwned)
      this.violate(
        'recovery owns a failure before it acts',
        `${name} ${what} of ${executionId}, and no step of it has failed`,
      );
  }

  /** A recovery that is written down as done is done. */
  #watchRecovery(executionId: string): void {
    const held = this.shards().reduce((sum, { held: entries }) => sum + (entries[executionId] ?? 0), 0);
    if (held > 0) this.violate('the books balance', `${executionId} is recovered and holds ${held} units`);
    const payment = this.#memory.json(APP_STORE_BUCKET, paymentKey(executionId));
    if (statusOf(payment) === 'captured')
      this.violate('the books balance', `${executionId} is recovered and its payment is captured`);
  }

  shards(): readonly StockShard[] {
    return this.#memory
      .keys(APP_STORE_BUCKET, STOCK_PREFIX)
      .map((key) => this.#memory.json(APP_STORE_BUCKET, key) as StockShard);
  }

  #record(executionId: string, step: string): StepRecord | undefined {
    return this.#fact(stepRecordKey(executionId, step)) as StepRecord | undefined;
  }

  #fact(key: string): unknown {
    return this.#memory.json(STATE_STORAGE_BUCKET, key);
  }
}

function statusOf(payment: unknown): 'captured' | 'cancelled' | undefined {
  return (payment as { readonly status: 'captured' | 'cancelled' } | undefined)?.status;
}

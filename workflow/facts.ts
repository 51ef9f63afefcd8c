import type * as z from 'zod/mini';
import type { FactKey } from './keys.ts';
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
} from './records.ts';

/** A fact as read from S3. */
export interface Fact<T> {
  readonly value: T;
  /** S3's own LastModified, milliseconds since the epoch, in whole seconds. */
  readonly at: number;
}

/** Everything S3 knows of one execution. */
export interface Facts {
  readonly executionId: string;
  readonly order: Fact<OrderRecord>;
  readonly steps: ReadonlyMap<string, StepFacts>;
  readonly recoveryAttempts: readonly Fact<RecoveryAttempt>[];
  readonly recoveryRequests: readonly Fact<RecoveryRequest>[];
  readonly recovery?: Fact<RecoveryRecord>;
  readonly redrive?: Fact<RedriveRecord>;
}

export interface StepFacts {
  readonly record?: Fact<StepRecord>;
  /** By attempt number, from 2 on. */
  readonly attempts: ReadonlyMap<
    number,
    { readonly claim?: Fact<AttemptClaim>; readonly invoked?: Fact<AttemptInvoked> }
  >;
  /** By attempt number. Apart from the attempts, because what confirms a failure makes no attempt. */
  readonly confirmations: ReadonlyMap<number, readonly Fact<Confirmation>[]>;
  /** By attempt number, and apart from the attempts as well. */
  readonly barred: ReadonlyMap<number, Fact<BarredRecord>>;
}

export const NO_STEP_FACTS: StepFacts = { attempts: new Map(), confirmations: new Map(), barred: new Map() };

interface StepFactsDraft {
  record?: Fact<StepRecord>;
  readonly attempts: Map<number, { claim?: Fact<AttemptClaim>; invoked?: Fact<AttemptInvoked> }>;
  readonly confirmations: Map<number, Fact<Confirmation>[]>;
  readonly barred: Map<number, Fact<BarredRecord>>;
}

/** One object of an execution: what its key says it is, its parsed JSON, and S3's LastModified. */
export interface RawFact {
  readonly key: FactKey;
  readonly body: unknown;
  readonly at: number;
}

/** A fact that cannot be read: its execution is quarantined, no other is touched. */
export class UnreadableFactError extends Error {
  override readonly name = 'UnreadableFactError';
  readonly executionId: string;

  constructor(executionId: string, what: string, options?: ErrorOptions) {
    super(`execution ${executionId}: ${what}`, options);
    this.executionId = executionId;
  }
}

/**
 * Puts an execution's objects together.
 * @throws UnreadableFactError when an object is not what its key says, or the order is missing.
 */
export function assembleFacts(executionId: string, raw: Iterable<RawFact>): Facts {
  let order: Fact<OrderRecord> | undefined;
  let recovery: Fact<RecoveryRecord> | undefined;
  let redrive: Fact<RedriveRecord> | undefined;
  const recoveryAttempts: Fact<RecoveryAttempt>[] = [];
  const recoveryRequests: Fact<RecoveryRequest>[] = [];
  const steps = new Map<string, StepFactsDraft>();
  const stepFacts = (name: string) => {
    const existing: StepFactsDraft = steps.get(name) ?? {
      attempts: new Map(),
      confirmations: new Map(),
      barred: new Map(),
    };
    steps.set(name, existing);
    return existing;
  };
  const attemptFacts = (step: string, attempt: number) => {
    const { attempts } = stepFacts(step);
    const existing = attempts.get(attempt) ?? {};
    attempts.set(attempt, existing);
    return existing;
  };
  for (const fact of raw) {
    const { key } = fact;
    switch (key.kind) {
      case 'order':
        order = readFact(executionId, orderRecordSchema, fact);
        break;
      case 'step-record':
        stepFacts(key.step).record = readFact(executionId, stepRecordSchema, fact);
        break;
      case 'attempt-claim':
        attemptFacts(key.step, key.attempt).claim = readFact(executionId, attemptClaimSchema, fact);
        break;
      case 'attempt-invoked':
        attemptFacts(key.step, key.attempt).invoked = readFact(executionId, attemptInvokedSchema, fact);
        break;
      case 'confirmation': {
        const { confirmations } = stepFacts(key.step);
        const own = readFact(executionId, confirmationSchema, fact);
        confirmations.set(key.attempt, [...(confirmations.get(key.attempt) ?? []), own]);
        break;
      }
      case 'barred':
        stepFacts(key.step).barred.set(key.attempt, readFact(executionId, barredRecordSchema, fact));
        break;
      case 'recovery-attempt':
        recoveryAttempts.push(readFact(executionId, recoveryAttemptSchema, fact));
        break;
      case 'recovery-request':
        recoveryRequests.push(readFact(executionId, recoveryRequestSchema, fact));
        break;
      case 'recovery':
        recovery = readFact(executionId, recoveryRecordSchema, fact);
        break;
      case 'redrive':
        redrive = readFact(executionId, redriveRecordSchema, fact);
        break;
    }
  }
  if (order === undefined) throw new UnreadableFactError(executionId, 'it has no order in the app store');
  return {
    executionId,
    order,
    steps,
    recoveryAttempts: recoveryAttempts.sort((a, b) => a.value.attempt - b.value.attempt),
    recoveryRequests: recoveryRequests.sort((a, b) => a.value.request - b.value.request),
    ...(recovery && { recovery }),
    ...(redrive && { redrive }),
  };
}

interface Named {
  readonly executionId: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly signal?: string;
  readonly request?: number;
}

function readFact<T extends Named>(executionId: string, schema: z.ZodMiniType<T>, fact: RawFact): Fact<T> {
  const parsed = schema.safeParse(fact.body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UnreadableFactError(
      executionId,
      `its ${describe(fact.key)} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    );
  }
  if (parsed.data.executionId !== executionId) {
    throw new UnreadableFactError(
      executionId,
      `its ${describe(fact.key)} names another execution, ${parsed.data.executionId}`,
    );
  }
  if (!isNamedAlike(fact.key, parsed.data))
    throw new UnreadableFactError(
      executionId,
      `its ${describe(fact.key)} names another step, attempt, signal or request than its key`,
    );
  return { value: parsed.data, at: fact.at };
}

/** What the key says, the body says too; a step record's key says nothing of attempts. */
function isNamedAlike(key: FactKey, body: Named): boolean {
  if ('step' in key && key.step !== body.step) return false;
  if ('signal' in key && key.signal !== body.signal) return false;
  if ('request' in key && key.request !== body.request) return false;
  return !('attempt' in key) || key.attempt === body.attempt;
}

function describe(key: FactKey): string {
  return 'step' in key ? `${key.kind} of ${key.step}` : key.kind;
}

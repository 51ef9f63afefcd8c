import type { BarredWrite } from './barred-write.ts';
import type { StepDefinition, WorkflowDefinition } from './definition.ts';
import type { Failure } from './failure.ts';
import { NO_STEP_FACTS, type Facts, type StepFacts } from './facts.ts';
import type { RecoveryAction } from './records.ts';
import { resultOf, type ResultPlace } from './result-place.ts';

/** An execution's status, folded from its facts and stored nowhere. */
export type ExecutionStatus = 'RUNNING' | 'HELD' | 'RECOVERING' | 'SUCCEEDED' | 'FAILED' | 'RECOVERY_FAILED';

export type StepStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED';

export interface Execution {
  readonly executionId: string;
  readonly status: ExecutionStatus;
  readonly workflow: { readonly name: string; readonly version: number };
  readonly submittedAt: number;
  /** S3's LastModified of the last fact that made the execution what it is; only once it SUCCEEDED or FAILED. */
  readonly endedAt?: number;
  readonly input: unknown;
  readonly steps: readonly StepState[];
  readonly failure?: Failure & { readonly step: string };
  readonly recovery?: RecoveryState;
  readonly redriveOf?: string;
  readonly redrivenAs?: string;
}

export interface StepState {
  readonly name: string;
  /** The step that it waits for; absent: the order itself starts it. */
  readonly after?: string;
  readonly status: StepStatus;
  /** Since when the step could run: S3's LastModified of its trigger. */
  readonly triggeredAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly output?: unknown;
  /** Where its function leaves its result, when that is what proves success. */
  readonly result?: ResultPlace;
  readonly attempts: readonly AttemptState[];
}

export interface AttemptState {
  readonly attempt: number;
  /** When the monitor meant to invoke it (attempts from 2 on). */
  readonly invokeAt?: number;
  /** S3's LastModified of the note that Lambda took the event. */
  readonly invokedAt?: number;
  readonly requestId?: string;
  readonly failure?: Failure;
  /** What other signals said of the same failure afterwards, by the time they did. */
  readonly confirmations?: readonly Failure[];
  /** What an invocation of it came to write after it was given up, and what refused it. */
  readonly barred?: BarredWrite & { readonly barredAt: number; readonly requestId: string };
}

export interface RecoveryState {
  /** Handlers that failed so far, one entry a try, in their order. `failedAt` is S3's LastModified. */
  readonly failures: readonly {
    readonly attempt: number;
    readonly handler: string;
    readonly error: string;
    readonly message: string;
    readonly failedAt: number;
  }[];
  /** When people asked for it, in that order; `requestedAt` is S3's LastModified. */
  readonly requests: readonly { readonly request: number; readonly requestedAt: number }[];
  /** There is a request that no try knew of when it began: recovery is due at once. */
  readonly isRequested: boolean;
  /** The number of the next request; of the one that waits for its try, when there is one. */
  readonly nextRequest: number;
  readonly recoveredAt?: number;
  readonly actions?: readonly RecoveryAction[];
}

/** Tries of recovery after which the execution counts as RECOVERY_FAILED. It is tried on, more slowly. */
export const MAX_RECOVERY_ATTEMPTS = 5;

export function foldExecution(definition: WorkflowDefinition, facts: Facts): Execution {
  const order = facts.order.value;
  const failed = failedStep(definition, facts);
  const steps = definition.steps.map((step) =>
    foldStep(step, facts, facts.steps.get(step.name) ?? NO_STEP_FACTS, failed !== undefined),
  );
  const recovery = failed && foldRecovery(facts);
  const status = foldStatus(facts, steps, recovery);
  const endedAt =
    status === 'FAILED'
      ? facts.recovery?.at
      : status === 'SUCCEEDED'
        ? Math.max(...definition.steps.map((step) => facts.steps.get(step.name)?.record?.at ?? 0))
        : undefined;
  return {
    executionId: facts.executionId,
    status,
    workflow: order.workflow,
    submittedAt: order.submittedAt,
    input: order.input,
    steps,
    ...(endedAt !== undefined && { endedAt }),
    ...(failed && { failure: failed }),
    ...(recovery && { recovery }),
    ...(order.redriveOf !== undefined && { redriveOf: order.redriveOf }),
    ...(facts.redrive && { redrivenAs: facts.redrive.value.newExecutionId }),
  };
}

/** Nothing more happens to it that a signal could change. Recovery that failed is still tried on, one that is held can begin. */
export function hasEnded(status: ExecutionStatus): boolean {
  return status !== 'RUNNING' && status !== 'RECOVERING';
}

function failedStep(definition: WorkflowDefinition, facts: Facts): Execution['failure'] {
  for (const step of definition.steps) {
    const record = facts.steps.get(step.name)?.record?.value;
    if (record?.status === 'FAILED') return { ...record.failure, step: step.name };
  }
  return undefined;
}

function triggeredAt(facts: Pick<Facts, 'order' | 'steps'>, after: string | undefined): number | undefined {
  if (after === undefined) return facts.order.at;
  const predecessor = facts.steps.get(after)?.record;
  return predecessor?.value.status === 'SUCCEEDED' ? predecessor.at : undefined;
}

function foldStep(
  { name, after, result }: StepDefinition,
  { executionId, ...all }: Facts,
  facts: StepFacts,
  executionFailed: boolean,
): StepState {
  const triggered = triggeredAt(all, after);
  const record = facts.record?.value;
  const status = record?.status ?? (executionFailed ? 'SKIPPED' : triggered === undefined ? 'PENDING' : 'RUNNING');
  return {
    name,
    ...(after !== undefined && { after }),
    status,
    ...(triggered !== undefined && { triggeredAt: triggered }),
    ...(record?.startedAt !== undefined && { startedAt: record.startedAt }),
    ...(record && { endedAt: record.endedAt }),
    ...(record?.status === 'SUCCEEDED' && { output: record.output }),
    ...(result && { result: resultOf(result, executionId) }),
    attempts: triggered === undefined && record === undefined ? [] : foldAttempts(facts),
  };
}

function foldAttempts(facts: StepFacts): readonly AttemptState[] {
  const record = facts.record?.value;
  const numbers = new Set([1, ...facts.attempts.keys()]);
  if (record) numbers.add(record.attempt);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((attempt) => {
      const own = facts.attempts.get(attempt);
      const ended = record?.attempt === attempt ? record : undefined;
      const failure =
        (ended?.status === 'FAILED' ? ended.failure : undefined) ??
        facts.attempts.get(attempt + 1)?.claim?.value.because;
      const confirmations = foldConfirmations(facts, attempt);
      const barred = foldBarred(facts, attempt);
      const requestId = own?.invoked?.value.requestId ?? ended?.requestId ?? failure?.requestId;
      return {
        attempt,
        ...(own?.claim && { invokeAt: own.claim.value.invokeAt }),
        ...(own?.invoked && { invokedAt: own.invoked.at }),
        ...(requestId !== undefined && { requestId }),
        ...(failure && { failure }),
        ...(confirmations && { confirmations }),
        ...(barred && { barred }),
      };
    });
}

function foldConfirmations(facts: StepFacts, attempt: number): readonly Failure[] | undefined {
  return facts.confirmations
    .get(attempt)
    ?.map(({ value: { executionId: _execution, step: _step, ...failure } }) => failure)
    .sort((a, b) => a.detectedAt - b.detectedAt);
}

function foldBarred(facts: StepFacts, attempt: number): AttemptState['barred'] {
  const record = facts.barred.get(attempt)?.value;
  if (record === undefined) return undefined;
  const { by, write, barredAt, requestId } = record;
  return { by, write, barredAt, requestId };
}

function foldStatus(facts: Facts, steps: readonly StepState[], recovery: RecoveryState | undefined): ExecutionStatus {
  if (recovery === undefined) return steps.every((step) => step.status === 'SUCCEEDED') ? 'SUCCEEDED' : 'RUNNING';
  if (facts.recovery) return 'FAILED';
  if (recovery.isRequested) return 'RECOVERING';
  const tries = recovery.failures.length;
  if (tries === 0) return isHeld(facts) ? 'HELD' : 'RECOVERING';
  return tries >= MAX_RECOVERY_ATTEMPTS ? 'RECOVERY_FAILED' : 'RECOVERING';
}

/** One failed step that waits for a person is enough, whatever else failed beside it: who wants to look finds all as it was. */
function isHeld(facts: Facts): boolean {
  return [...facts.steps.values()].some(
    ({ record }) => record?.value.status === 'FAILED' && record.value.isHeld === true,
  );
}

function foldRecovery(facts: Facts): RecoveryState {
  const answered = Math.max(0, ...facts.recoveryAttempts.map(({ value }) => value.answersRequest ?? 0));
  return {
    failures: facts.recoveryAttempts.map(({ value, at }) => ({
      attempt: value.attempt,
      handler: value.handler,
      error: value.error,
      message: value.message,
      failedAt: at,
    })),
    requests: facts.recoveryRequests.map(({ value, at }) => ({ request: value.request, requestedAt: at })),
    isRequested: facts.recoveryRequests.some(({ value }) => value.request > answered),
    nextRequest: answered + 1,
    ...(facts.recovery && { recoveredAt: facts.recovery.value.recoveredAt, actions: facts.recovery.value.actions }),
  };
}

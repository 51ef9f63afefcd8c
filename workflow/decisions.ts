import { MAX_RECORDED_RECOVERY_ATTEMPTS } from './fact-limit.ts';
import { stepNamed, type WorkflowDefinition } from './definition.ts';
import { hasEnded, type AttemptState, type Execution, type RecoveryState, type StepState } from './execution.ts';
import type { Failure } from './failure.ts';
import { isTriedAgain, pauseBeforeMs } from './policies.ts';
import { nextResultLookAt } from './result-look.ts';

export interface StepTiming {
  /** Lambda kills the function after this long: the deployment says so. */
  readonly timeoutMs: number;
  /** The step's own deadline, where its definition has one. */
  readonly deadlineMs?: number;
}

export interface Timing {
  readonly steps: Readonly<Record<string, StepTiming>>;
  /** How long after a step's timeout its record may still be under way: queueing, event delivery, clock differences. */
  readonly evidenceSlackMs: number;
}

/** What the definition and the deployment say together. Steps that have no function are left out. */
export function timingOf(
  definition: WorkflowDefinition,
  functions: Readonly<Record<string, { readonly timeoutMs: number }>>,
  evidenceSlackMs: number,
): Timing {
  const steps = definition.steps.flatMap(({ name, deadlineMs }) => {
    const own = functions[name];
    return own ? [[name, { timeoutMs: own.timeoutMs, ...(deadlineMs !== undefined && { deadlineMs }) }] as const] : [];
  });
  return { steps: Object.fromEntries(steps), evidenceSlackMs };
}

/** What the control path should do about an execution now. */
export type Action =
  /** Lambda was to be invoked for a claimed attempt, and nobody noted that it was. */
  | { readonly kind: 'invoke'; readonly step: string; readonly attempt: number }
  /** A step's time is up and nothing says how it ended. */
  | { readonly kind: 'give-up-waiting'; readonly step: string; readonly attempt: number; readonly since: number }
  | { readonly kind: 'recover' }
  | { readonly kind: 'look-again'; readonly at: number };

/** S3's LastModified is in whole seconds, cut off: the object may be this much younger. */
const LAST_MODIFIED_PRECISION_MS = 1000;

const TEN_MINUTES_MS = 600_000;

/** A person's word for a held execution is passed on at once; this finds it when the message is lost. */
const HELD_LOOK_MS = 3_600_000;

/** Decides from the facts alone, so that any monitor at any time decides alike. Instants: milliseconds since the epoch. */
export function nextActions(execution: Execution, timing: Timing, now: number): readonly Action[] {
  if (execution.status === 'SUCCEEDED' || execution.status === 'FAILED') return [];
  if (execution.status === 'HELD') return [{ kind: 'look-again', at: now + HELD_LOOK_MS }];
  if (execution.failure) return nextRecoveryActions(execution.recovery, now);
  return execution.steps.filter((step) => step.status === 'RUNNING').map((step) => nextStepAction(step, timing, now));
}

function nextRecoveryActions(recovery: RecoveryState | undefined, now: number): readonly Action[] {
  const last = recovery?.failures.at(-1);
  const most = MAX_RECORDED_RECOVERY_ATTEMPTS + (recovery?.requests.length ?? 0);
  if (last !== undefined && last.attempt >= most) return [];
  const at =
    last === undefined || recovery?.isRequested === true
      ? 0
      : last.failedAt + LAST_MODIFIED_PRECISION_MS + recoveryPauseMs(last.attempt);
  return [at <= now ? { kind: 'recover' } : { kind: 'look-again', at }];
}

/**
 * The pause after the n-th failed try of recovery, milliseconds: 1 s, doubled each time, at most ten minutes. After five
 * hours, at the 40th, it doubles on to at most twelve hours, so that the recorded tries last nearly four weeks.
 */
function recoveryPauseMs(attempt: number): number {
  return attempt <= 40
    ? Math.min(TEN_MINUTES_MS, 1000 * 2 ** (attempt - 1))
    : Math.min(72 * TEN_MINUTES_MS, TEN_MINUTES_MS * 2 ** (attempt - 40));
}

function nextStepAction(step: StepState, timing: Timing, now: number): Action {
  const attempt = lastAttempt(step);
  const since = attempt.invokedAt ?? step.triggeredAt ?? 0;
  const lookAgain = (at: number): Action => ({
    kind: 'look-again',
    at: step.result === undefined ? at : Math.min(at, nextResultLookAt(since, timing.evidenceSlackMs, now)),
  });
  if (attempt.invokeAt !== undefined && attempt.invokedAt === undefined) {
    return attempt.invokeAt <= now
      ? { kind: 'invoke', step: step.name, attempt: attempt.attempt }
      : lookAgain(attempt.invokeAt);
  }
  const dueAt = since + deadlineAfterMs(step.name, timing);
  return dueAt <= now
    ? { kind: 'give-up-waiting', step: step.name, attempt: attempt.attempt, since }
    : lookAgain(dueAt);
}

/** How long after its trigger a step without any evidence is given up, milliseconds. */
export function deadlineAfterMs(step: string, timing: Timing): number {
  const own = timing.steps[step];
  if (own === undefined)
    throw new RangeError(
      `no function is named for step ${step}; the steps with one are ${Object.keys(timing.steps).join(', ')}`,
    );
  return (own.deadlineMs ?? own.timeoutMs + timing.evidenceSlackMs) + LAST_MODIFIED_PRECISION_MS;
}

/** What a failure of one attempt of one step means. */
export type Verdict =
  /**
   * The step, or the execution, has ended already, or a later attempt is under way: the signal is evidence, not news.
   * So is the failure of an attempt that nobody claimed, for every attempt but the first is claimed before it runs.
   */
  | { readonly kind: 'stale' }
  | { readonly kind: 'retry'; readonly step: string; readonly attempt: number; readonly invokeAt: number }
  | { readonly kind: 'fail'; readonly step: string };

/**
 * A failure of attempt k may claim attempt k+1 and no other; kinds that are not tried again and spent attempts end the step.
 * `random` in [0, 1) spreads retries.
 */
export function judgeFailure(
  definition: WorkflowDefinition,
  execution: Execution,
  step: string,
  failure: Failure,
  now: number,
  random: number,
): Verdict {
  const state = execution.steps.find((candidate) => candidate.name === step);
  if (state === undefined || hasEnded(execution.status) || state.status !== 'RUNNING') return { kind: 'stale' };
  if (lastAttempt(state).attempt !== failure.attempt) return { kind: 'stale' };
  const { retry } = stepNamed(definition, step);
  const next = failure.attempt + 1;
  if (!isTriedAgain(failure.kind, retry) || next > retry.maxAttempts) return { kind: 'fail', step };
  return { kind: 'retry', step, attempt: next, invokeAt: now + pauseBeforeMs(next, retry, random) };
}

/**
 * Whether a failure that is no news confirms one that is known: another signal found that the same attempt failed, and
 * this one has not said so yet. A signal of an attempt that is not known to have failed confirms nothing.
 */
export function isConfirmation(execution: Execution, step: string, { attempt, signal }: Failure): boolean {
  const own = execution.steps
    .find(({ name }) => name === step)
    ?.attempts.find((candidate) => candidate.attempt === attempt);
  if (own?.failure === undefined) return false;
  return [own.failure, ...(own.confirmations ?? [])].every((known) => known.signal !== signal);
}

/**
 * Whether a late write of an attempt is worth writing down: something of the execution was given up, so that there is a
 * fence, the attempt is known, and nothing is written of it yet.
 */
export function isBarredNews(execution: Execution, step: string, attempt: number): boolean {
  const own = execution.steps
    .find(({ name }) => name === step)
    ?.attempts.find((candidate) => candidate.attempt === attempt);
  return execution.failure !== undefined && own !== undefined && own.barred === undefined;
}

function lastAttempt(step: StepState): AttemptState {
  return step.attempts.at(-1) ?? { attempt: 1 };
}

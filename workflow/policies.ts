import { FAILURE_KINDS, isRejection, isTransient, type FailureKind } from './failure.ts';

/** What a step may ask for beyond its place in the workflow. The defaults suit a step that a customer waits for. */
export interface StepPolicies {
  readonly retry: RetryPolicy;
  /**
   * How long after its trigger or, of a later attempt, its invocation a step without any evidence is given up. Absent: its
   * function's timeout and the evidence slack. Never less than the timeout, or attempts that still run would be given up.
   */
  readonly deadlineMs?: number;
  /**
   * What follows a failure that is not tried again. `recover`, the default: everything is undone at once. `hold`: the
   * execution is HELD until a person asks for its recovery, who may want to look before anything is undone. A rejection
   * is recovered in either case.
   */
  readonly onGivingUp?: 'recover' | 'hold';
}

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** The pause before attempt n (n ≥ 2) is `min(maxMs, baseMs · 2^(n-2))`, half of it at random. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** The kinds of failure that are tried again. Absent: the transient ones. A rejection is an end and never is. */
  readonly kinds?: readonly Exclude<FailureKind, 'REJECTED'>[];
}

/** The longest pause before an attempt, and the latest deadline: one day. An order must end long before it expires. */
const MAX_PAUSE_MS = 86_400_000;
const WAYS_TO_GIVE_UP: readonly string[] = ['recover', 'hold'] satisfies StepPolicies['onGivingUp'][];

/** The pause before attempt n (n ≥ 2), milliseconds: exponential, the upper half of it at random (`random` in [0, 1)). */
export function pauseBeforeMs(attempt: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 2));
  return Math.round(full / 2 + (full / 2) * random);
}

export function isTriedAgain(kind: FailureKind, { kinds }: RetryPolicy): boolean {
  return kinds === undefined ? isTransient(kind) : kinds.some((chosen) => chosen === kind);
}

/** Whether a failure that is not tried again waits for a person. */
export function isHeldFor(kind: FailureKind, { onGivingUp = 'recover' }: StepPolicies): boolean {
  return onGivingUp === 'hold' && !isRejection(kind);
}

/** What is wrong with a step's policies whatever function runs it, in sentences. */
export function policyErrors({ retry, deadlineMs, onGivingUp }: StepPolicies): readonly string[] {
  const errors: string[] = [];
  const { maxAttempts, baseMs, maxMs, kinds = [] } = retry;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 10)
    errors.push(`maxAttempts is ${maxAttempts}, and must be an integer from 1 to 10`);
  if (!(baseMs >= 0 && maxMs >= baseMs && maxMs <= MAX_PAUSE_MS))
    errors.push(`baseMs ${baseMs} and maxMs ${maxMs} must satisfy 0 ≤ baseMs ≤ maxMs ≤ ${MAX_PAUSE_MS}`);
  const known = FAILURE_KINDS.filter((kind) => !isRejection(kind));
  for (const [index, kind] of kinds.entries()) {
    if (!known.includes(kind))
      errors.push(`it tries ${JSON.stringify(kind)} again, and the kinds that can be are ${known.join(', ')}`);
    if (kinds.indexOf(kind) !== index) errors.push(`it names ${kind} twice among the kinds that it tries again`);
  }
  if (deadlineMs !== undefined && !(Number.isInteger(deadlineMs) && deadlineMs >= 1 && deadlineMs <= MAX_PAUSE_MS))
    errors.push(`deadlineMs is ${deadlineMs}, and must be an integer from 1 to ${MAX_PAUSE_MS}`);
  if (onGivingUp !== undefined && !WAYS_TO_GIVE_UP.includes(onGivingUp))
    errors.push(`onGivingUp is ${JSON.stringify(onGivingUp)}, and must be ${WAYS_TO_GIVE_UP.join(' or ')}`);
  return errors;
}

/** Deadlines that would pass while the step's function may still run, in sentences. A step without a function has none. */
export function deadlineErrors(
  steps: readonly (Pick<StepPolicies, 'deadlineMs'> & { readonly name: string })[],
  functions: Readonly<Record<string, { readonly timeoutMs: number }>>,
): readonly string[] {
  return steps.flatMap(({ name, deadlineMs }) => {
    const timeoutMs = functions[name]?.timeoutMs;
    return deadlineMs === undefined || timeoutMs === undefined || deadlineMs >= timeoutMs
      ? []
      : [
          `step ${name}: its deadline of ${deadlineMs} ms would pass while its function, with a timeout of ${timeoutMs} ms, may still run`,
        ];
  });
}

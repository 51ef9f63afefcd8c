import { checkInvariants, INVARIANTS } from '../../demo/state/invariants.ts';
import { endOf } from './simulated-faults.ts';
import type { Invocation } from './simulated-invocation.ts';
import { EVIDENCE_SLACK_MS, TIMEOUT_MS, type Simulated, type SimulatedOrder } from './simulated-run.ts';

/** Orders that did not end as what really happened to them demands, a sentence each. */
export function wrongEndings(
  { executionIds, state, refused }: Simulated,
  orders: readonly SimulatedOrder[],
): readonly string[] {
  const executions = new Map(state.executions.map((execution) => [execution.executionId, execution]));
  return executionIds.flatMap((executionId, n) => {
    const fate = orders[n]?.fate;
    const execution = executions.get(executionId);
    if (fate === undefined || execution === undefined) return [`${executionId} is not there`];
    const expected = endOf(fate);
    const { status, failure, recovery } = execution;
    const what = `${executionId} (${fate.fault?.kind ?? fate.paymentMethod} at ${fate.step ?? 'no step'})`;
    // An attempt that Lambda would not take is an attempt spent: then one that would have succeeded may be given up.
    if (expected !== 'either' && status !== expected && !(refused.has(executionId) && expected === 'SUCCEEDED'))
      return [
        `${what} is ${status} and must be ${expected}: ${failure?.kind ?? 'no failure'} by ${failure?.signal ?? ''}`,
      ];
    if (status === 'SUCCEEDED' && recovery !== undefined) return [`${what} succeeded and has a recovery`];
    if (status === 'FAILED' && recovery?.recoveredAt === undefined) return [`${what} failed and has no recovery`];
    return [];
  });
}

/** Attempts that were given up although nothing was wrong with them. */
export function healthyAttemptsGivenUp(
  { executionIds, claims }: Simulated,
  orders: readonly SimulatedOrder[],
): readonly string[] {
  const failing = new Set(executionIds.filter((_, n) => orders[n]?.fate.fault !== undefined));
  return claims
    .filter(({ executionId }) => !failing.has(executionId))
    .map(({ executionId, step, because }) => `${executionId} ${step}: ${because.kind} by ${because.signal}`);
}

export function brokenInvariants({ state }: Simulated): readonly string[] {
  const report = checkInvariants(state);
  return INVARIANTS.flatMap((name) => report[name].violations);
}

/** Long enough for the wide window (every five seconds), throttled calls and the look itself. */
const READING_MS = 30_000;

/** How long the first line of a failed invocation is looked for (monitor/attribution/waiting-failure.ts: for 95 s). */
const LOOKED_FOR_MS = 95_000;

export interface Detections {
  /** Attempts whose failure was legible in the log well before their deadline. */
  readonly legible: number;
  /** Those of them that were found another way, a sentence each. */
  readonly foundOtherwise: readonly string[];
}

/** By which signal the failures were found that the log told in time. */
export function detections({ state, invocations, claims }: Simulated): Detections {
  const signals = new Map<string, string>();
  for (const { executionId, step, because } of claims)
    signals.set(`${executionId} ${step} ${because.attempt}`, because.signal);
  for (const { executionId, failure } of state.executions)
    if (failure !== undefined) signals.set(`${executionId} ${failure.step} ${failure.attempt}`, failure.signal);
  const legible = invocations.filter(isLegibleInTime).flatMap((invocation) => {
    const attempt = `${invocation.executionId} ${invocation.step} ${invocation.attempt}`;
    const signal = signals.get(attempt);
    return signal === undefined ? [] : [{ attempt, signal, invocation }];
  });
  return {
    legible: legible.length,
    foundOtherwise: legible
      .filter(({ signal }) => signal === 'deadline')
      .map(({ attempt, signal, invocation: { fault, takenAt, tiedAt, failureSeenAt } }) => {
        const [tiedMs, seenMs] = [tiedAt - takenAt, failureSeenAt - takenAt].map(Math.round);
        return `${attempt} (${fault?.kind ?? 'no fault'}): tied after ${tiedMs} ms, told after ${seenMs} ms, found by ${signal}`;
      }),
  };
}

function isLegibleInTime({ takenAt, tiedAt, failureSeenAt }: Invocation): boolean {
  const isTiedFirst = tiedAt <= failureSeenAt;
  if (!isTiedFirst && tiedAt >= failureSeenAt + LOOKED_FOR_MS) return false;
  const foundAt = failureSeenAt + (isTiedFirst ? 0 : LOOKED_FOR_MS);
  return foundAt + READING_MS < takenAt + TIMEOUT_MS + EVIDENCE_SLACK_MS;
}

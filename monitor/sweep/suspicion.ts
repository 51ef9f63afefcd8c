import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { deadlineAfterMs, type Timing } from '../../workflow/decisions.ts';
import { SHORTEST_RESULT_PAUSE_MS } from '../../workflow/result-look.ts';
import type { JoinedExecution } from './merge-join.ts';

/** What listings alone say of an execution. */
export type Suspicion =
  /** Recovered: it ended FAILED. */
  | 'ended'
  /** Every last step has a record: its content says whether the execution SUCCEEDED or wants recovery. */
  | 'has-records'
  /** Something should have happened by now. */
  | 'overdue'
  /** Nothing is wrong: a function that writes no record runs or has run, and its result may be there. */
  | 'awaits-result'
  | 'in-time';

export function suspect(
  definition: WorkflowDefinition,
  joined: JoinedExecution,
  timing: Timing,
  now: number,
): Suspicion {
  const recorded = new Map<string, number>();
  let lastFactAt = joined.orderedAt;
  for (const { key, at } of joined.facts) {
    if (key.kind === 'recovery') return 'ended';
    // Evidence and requests come late and move no step on.
    if (key.kind === 'confirmation' || key.kind === 'barred' || key.kind === 'recovery-request') continue;
    if (key.kind === 'step-record') recorded.set(key.step, at);
    lastFactAt = Math.max(lastFactAt, at);
  }
  if (lastSteps(definition).every((step) => recorded.has(step))) return 'has-records';
  const shortest = Math.min(...definition.steps.map((step) => deadlineAfterMs(step.name, timing)));
  if (lastFactAt + shortest <= now) return 'overdue';
  const awaitsResult = definition.steps.some(({ name, after, result }) => {
    if (result === undefined || recorded.has(name)) return false;
    const triggeredAt = after === undefined ? joined.orderedAt : recorded.get(after);
    return triggeredAt !== undefined && triggeredAt + SHORTEST_RESULT_PAUSE_MS <= now;
  });
  return awaitsResult ? 'awaits-result' : 'in-time';
}

/** How long an execution is young: before, the sweep need not look at it. Milliseconds. */
export function youthMs(definition: WorkflowDefinition, timing: Timing): number {
  if (definition.steps.some(({ result }) => result !== undefined)) return SHORTEST_RESULT_PAUSE_MS;
  return Math.min(...definition.steps.map((step) => deadlineAfterMs(step.name, timing)));
}

/** Steps that start no other. */
export function lastSteps(definition: WorkflowDefinition): readonly string[] {
  const followed = new Set(definition.steps.map((step) => step.after));
  return definition.steps.filter((step) => !followed.has(step.name)).map((step) => step.name);
}

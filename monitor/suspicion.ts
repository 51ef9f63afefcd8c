import type { WorkflowDefinition } from '../workflow/definition.ts';
import { deadlineAfterMs, type Timing } from '../workflow/decisions.ts';
import type { JoinedExecution } from './merge-join.ts';

/** What listings alone say of an execution. */
export type Suspicion =
  /** Recovered: it ended FAILED. */
  | 'ended'
  /** Every last step has a record: its content says whether the execution SUCCEEDED or wants recovery. */
  | 'has-records'
  /** Something should have happened by now. */
  | 'overdue'
  | 'in-time';

export function suspect(
  definition: WorkflowDefinition,
  joined: JoinedExecution,
  timing: Timing,
  now: number,
): Suspicion {
  const recorded = new Set<string>();
  let lastFactAt = joined.orderedAt;
  for (const { key, at } of joined.facts) {
    if (key.kind === 'recovery') return 'ended';
    if (key.kind === 'step-record') recorded.add(key.step);
    lastFactAt = Math.max(lastFactAt, at);
  }
  if (lastSteps(definition).every((step) => recorded.has(step))) return 'has-records';
  const shortest = Math.min(...definition.steps.map((step) => deadlineAfterMs(step.name, timing)));
  return lastFactAt + shortest <= now ? 'overdue' : 'in-time';
}

/** Steps that start no other. */
export function lastSteps(definition: WorkflowDefinition): readonly string[] {
  const followed = new Set(definition.steps.map((step) => step.after));
  return definition.steps.filter((step) => !followed.has(step.name)).map((step) => step.name);
}

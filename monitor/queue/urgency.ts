import { instantOf } from '../../workflow/execution-id.ts';

/**
 * Why an execution is looked at, most urgent first. `reported`: a signal has just said something about it. `young`: it was
 * ordered minutes ago, under this monitor's eyes, and somebody waits. `backlog`: everything else, such as what a monitor
 * finds when it is back.
 */
export const URGENCIES = ['reported', 'young', 'backlog'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** As long as the sweep takes an execution for one that will end by itself. */
const YOUNG_MS = 600_000;

/** Of an execution that nothing was reported of. Its id's clock may be wrong: then it is only looked at sooner or later. */
export function urgencyByAge(executionId: string, now: number, monitorStartedAt: number): Urgency {
  const orderedAt = instantOf(executionId);
  return orderedAt >= monitorStartedAt && now - orderedAt < YOUNG_MS ? 'young' : 'backlog';
}

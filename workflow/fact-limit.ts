import { SIGNALS } from './failure.ts';

/** An execution's facts are listed in one call, and one more key says that there are too many: S3 lists 1,000 a call. */
export const MAX_FACTS = 999;

/**
 * Failed tries of recovery that are made, and written down, without being asked for. There is none after the last: the
 * order is then about to expire.
 */
export const MAX_RECORDED_RECOVERY_ATTEMPTS = 100;

/** Times that recovery can be asked for. Each is good for one more try, so that asking uses up none of the others. */
export const MAX_RECOVERY_REQUESTS = 20;

/** The claim, the note of its request id, what every signal but the first said of its failure, and a write that came too late. */
const FACTS_AN_ATTEMPT = 2 + (SIGNALS.length - 1) + 1;
/** Failed tries of recovery, requests for it with a try each, `recovery.json`, `redrive.json`. */
const FACTS_AN_EXECUTION = MAX_RECORDED_RECOVERY_ATTEMPTS + 2 * MAX_RECOVERY_REQUESTS + 2;

/** How many facts an execution can have at most in the state storage, if everything goes wrong. */
export function mostFacts(steps: readonly { readonly retry: { readonly maxAttempts: number } }[]): number {
  return steps.reduce((sum, { retry }) => sum + 1 + retry.maxAttempts * FACTS_AN_ATTEMPT, FACTS_AN_EXECUTION);
}

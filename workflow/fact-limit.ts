import { SIGNALS } from './failure.ts';

/** An execution's facts are listed in one call, and one more key says that there are too many: S3 lists 1,000 a call. */
export const MAX_FACTS = 999;

/** Times that recovery can be asked for. */
export const MAX_RECOVERY_REQUESTS = 20;

/**
 * Failed tries of recovery that are written down: a hundred by itself, and one for each request. There is none after the
 * last: the order is then about to expire.
 */
export const MAX_RECORDED_RECOVERY_ATTEMPTS = 100 + MAX_RECOVERY_REQUESTS;

/** The claim, the note of its request id, what every signal but the first said of its failure, and a write that came too late. */
const FACTS_AN_ATTEMPT = 2 + (SIGNALS.length - 1) + 1;
/** Failed tries of recovery, requests for it, `recovery.json`, `redrive.json`. */
const FACTS_AN_EXECUTION = MAX_RECORDED_RECOVERY_ATTEMPTS + MAX_RECOVERY_REQUESTS + 2;

/** How many facts an execution can have at most in the state storage, if everything goes wrong. */
export function mostFacts(steps: readonly { readonly retry: { readonly maxAttempts: number } }[]): number {
  return steps.reduce((sum, { retry }) => sum + 1 + retry.maxAttempts * FACTS_AN_ATTEMPT, FACTS_AN_EXECUTION);
}

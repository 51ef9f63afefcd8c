import type { Clock } from './clock.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Logger } from './logger.ts';

/** What a check found. `why`: a few words that name the thing and the environment variable that it came from. */
export interface StartFinding {
  /** It does not pass by itself: somebody has to put it right. */
  readonly isFatal: boolean;
  readonly why: string;
}

export type StartCheck = () => Promise<StartFinding | undefined>;

/** What has not answered by then is met again by the work itself, and readiness says how that goes. */
const BOUND_MS = 5_000;

/**
 * Tries, side by side, what a process lives on. What may pass by itself is logged and does not keep it from starting.
 *
 * @throws ConfigurationError naming everything that somebody has to put right.
 */
export async function runStartChecks(
  checks: readonly StartCheck[],
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const answers = await Promise.all(checks.map((check) => withinBound(check, clock)));
  const found = answers.filter((each) => each !== undefined);
  const fatal = found.filter(({ isFatal }) => isFatal).map(({ why }) => why);
  if (fatal.length > 0) throw new ConfigurationError(fatal);
  for (const { why } of found) logger.warn('Starting although a check failed', { why });
}

async function withinBound(check: StartCheck, clock: Clock): Promise<StartFinding | undefined> {
  const timer = new AbortController();
  const tooLate = clock.sleep(BOUND_MS, timer.signal).then(
    (): StartFinding => ({ isFatal: false, why: `a check did not end within ${BOUND_MS} ms` }),
    // Aborted below: the check has ended.
    () => undefined,
  );
  const checked = check();
  // A check that is too late and then fails has told nobody, and need not.
  checked.catch(() => undefined);
  try {
    return await Promise.race([checked, tooLate]);
  } finally {
    timer.abort();
  }
}

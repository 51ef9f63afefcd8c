import type { Clock } from '../../platform/clock.ts';

export interface UntilSettledOptions<T> {
  readonly attempt: () => Promise<T>;
  readonly isSettled: (result: T) => boolean;
  /** 0: one attempt, whatever comes of it. */
  readonly settlingMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Settled<T> {
  readonly last: T;
  readonly attempts: number;
  readonly isSettled: boolean;
}

/** An attempt orders something and leaves it in the books: a few a minute are enough. */
const PAUSE_MS = 10_000;

/**
 * Permissions and notifications of AWS take effect seconds to minutes after they read back. So what speaks against a change
 * being in force counts only once the time in which it may still be on its way had passed when the attempt began.
 */
export async function untilSettled<T>(options: UntilSettledOptions<T>): Promise<Settled<T>> {
  const { attempt, isSettled, settlingMs, clock, signal } = options;
  const until = clock.now() + settlingMs;
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = clock.now();
    const last = await attempt();
    if (isSettled(last)) return { last, attempts, isSettled: true };
    if (startedAt >= until) return { last, attempts, isSettled: false };
    await clock.sleep(PAUSE_MS, signal);
  }
}

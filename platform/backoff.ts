import type { Clock } from './clock.ts';

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait after attempt `attempt` (the first is 1) failed: evenly drawn from 0 to `baseMs` doubled with every
 * attempt, at most `maxMs`. Full jitter spreads many clients best for the least work
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param random draws from [0, 1)
 */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff, random: () => number): number {
  if (!(attempt >= 1)) throw new RangeError(`Attempt ${attempt} cannot have failed: attempts count from 1`);
  // 2 ** 1024 is Infinity, which Math.min still bounds.
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1)));
}

export interface RetryOptions extends Backoff {
  /** How often the operation is tried in all, the first time included. */
  readonly attempts: number;
  readonly isRetryable: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the waiting: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told before each wait, so that the retries can be seen. */
  readonly onRetry?: (retry: { readonly error: unknown; readonly attempt: number; readonly delayMs: number }) => void;
}

/** Tries until it succeeds, fails for good or the attempts are spent; then rejects with the operation's own last error. */
export async function retry<T>(operation: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, isRetryable, clock, random, signal, onRetry } = options;
  if (!(attempts >= 1)) throw new RangeError(`An operation cannot be tried ${attempts} times: at least 1`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation(attempt);
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
      const delayMs = backoffMs(attempt, options, random);
      onRetry?.({ error, attempt, delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

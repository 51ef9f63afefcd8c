import type { RetryPolicy } from './definition.ts';

/** The pause before attempt n (n ≥ 2), milliseconds: exponential, the upper half of it at random (`random` in [0, 1)). */
export function pauseBeforeMs(attempt: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 2));
  return Math.round(full / 2 + (full / 2) * random);
}

import { setTimeout as delay } from 'node:timers/promises';

/** Time as a collaborator: whoever waits or stamps takes a clock, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds. Rejects with the signal's reason as soon as it is aborted, and at once when it
   * already is. Throws a RangeError for a time no timer can hold.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node's timers take a signed 32-bit count and fire at once beyond it, which would turn a long wait into a busy loop. */
export const MAX_SLEEP_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    requireSleepable(ms);
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an AbortError of its own; callers compare with the reason they gave.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

export function requireSleepable(ms: number): void {
  if (!(ms >= 0 && ms <= MAX_SLEEP_MS)) {
    throw new RangeError(`Cannot sleep for ${ms} ms: it must be between 0 and ${MAX_SLEEP_MS}`);
  }
}

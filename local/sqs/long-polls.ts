import { setTimeout as delay } from 'node:timers/promises';

/** Time for waiting and stamping. */
export interface SqsClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: SqsClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

/** The receives that wait for a message. */
export class LongPolls {
  readonly #clock: SqsClock;
  readonly #most: number;
  readonly #waiting = new Map<AbortController, string>();
  #isEnded = false;

  constructor(clock: SqsClock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** No more waiting: later ones return at once. */
  end(): void {
    this.#isEnded = true;
    for (const controller of this.#waiting.keys()) controller.abort();
  }

  wake(queueName: string): void {
    for (const [controller, waitsFor] of this.#waiting) if (waitsFor === queueName) controller.abort();
  }

  /** Resolves after `ms`, or when the queue may have more: the caller looks again. `refused` when nobody may wait. */
  async wait(queueName: string, ms: number): Promise<'waited' | 'refused'> {
    if (this.#isEnded || this.#waiting.size >= this.#most) return 'refused';
    const controller = new AbortController();
    this.#waiting.set(controller, queueName);
    try {
      await this.#clock.sleep(ms, controller.signal);
    } catch (error) {
      // Woken early is what the wait is for.
      if (!controller.signal.aborted) throw error;
    } finally {
      this.#waiting.delete(controller);
    }
    return 'waited';
  }
}

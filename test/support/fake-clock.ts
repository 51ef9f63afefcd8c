import { requireSleepable } from '../../platform/clock.ts';
import type { Clock } from '../../platform/clock.ts';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowAt: number;
  #sleepers: Sleeper[] = [];
  #watchers: { readonly count: number; readonly notify: () => void }[] = [];

  constructor(nowAt = Date.UTC(2026, 0, 1)) {
    this.#nowAt = nowAt;
  }

  now(): number {
    return this.#nowAt;
  }

  /** How many sleeps have neither ended nor been aborted. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    requireSleepable(ms);
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = (end: () => void) => () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', abort);
        end();
      };
      const abort = leave(() => reject(signal?.reason as Error));
      const sleeper: Sleeper = { dueAt: this.#nowAt + ms, wake: leave(resolve) };
      signal?.addEventListener('abort', abort);
      this.#sleepers.push(sleeper);
      this.#notifyWatchers();
    });
  }

  /** Resolves once at least `count` sleeps are under way: the event to await before moving the clock. */
  async untilSleeping(count = 1): Promise<void> {
    if (this.sleeping >= count) return;
    await new Promise<void>((notify) => this.#watchers.push({ count, notify }));
  }

  /**
   * Moves the clock by `ms`, waking sleepers in the order they are due. After each, whatever it does without real I/O is
   * let run, so a sleep that it begins within the span is also ended.
   */
  async advance(ms: number): Promise<void> {
    const endAt = this.#nowAt + ms;
    await settle();
    for (let next = this.#nextDueBy(endAt); next !== undefined; next = this.#nextDueBy(endAt)) {
      this.#nowAt = Math.max(this.#nowAt, next.dueAt);
      next.wake();
      await settle();
    }
    this.#nowAt = endAt;
  }

  #nextDueBy(endAt: number): Sleeper | undefined {
    return this.#sleepers.filter(({ dueAt }) => dueAt <= endAt).sort((a, b) => a.dueAt - b.dueAt)[0];
  }

  #notifyWatchers(): void {
    const ready = this.#watchers.filter(({ count }) => this.sleeping >= count);
    this.#watchers = this.#watchers.filter((watcher) => !ready.includes(watcher));
    for (const { notify } of ready) notify();
  }
}

/** One turn of the event loop: every promise chain that waits for no I/O has run to its next wait. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

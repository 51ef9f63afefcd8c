import type { Clock } from '../../platform/clock.ts';

export interface TokenBucketOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** As many lie ready after a pause. */
  readonly burst: number;
}

/**
 * So much of something in a second: in any span of t seconds at most burst + t × perSecond tokens are given. It waits for
 * nobody and has no timer: whoever gets none asks when it is worth asking again.
 */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #countedAt: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
    this.#countedAt = options.clock.now();
  }

  /** Whether one is there beside `kept` others. */
  has(kept = 0): boolean {
    this.#count();
    return this.#tokens >= 1 + kept;
  }

  take(): boolean {
    if (!this.has()) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until there is one beside `kept` others, if nobody takes any meanwhile. Whole milliseconds. */
  untilMs(kept = 0): number {
    this.#count();
    return Math.max(0, Math.ceil(((1 + kept - this.#tokens) * 1_000) / this.#options.perSecond));
  }

  #count(): void {
    const { clock, perSecond, burst } = this.#options;
    const now = clock.now();
    // A clock that was set back gives nothing for the time that it repeats.
    const elapsedMs = Math.max(0, now - this.#countedAt);
    this.#tokens = Math.min(burst, this.#tokens + (elapsedMs * perSecond) / 1_000);
    this.#countedAt = now;
  }
}

import type { Clock } from '../../platform/clock.ts';
import { CallRate } from './call-rate.ts';

export interface QuotaPaceOptions {
  readonly clock: Clock;
  /** At least this long between two calls; longer while the service says that it is too often. */
  readonly paceMs: number;
  readonly random: () => number;
}

/**
 * FilterLogEvents quotas, calls per second per account and region, which cannot be raised
 * (CloudWatch Logs quotas page, 2026). Every reader of the account shares them.
 */
const QUOTA_BY_REGION: Readonly<Record<string, number>> = {
  'us-east-1': 25,
  'ap-northeast-3': 5,
  'ap-southeast-3': 5,
  'ca-west-1': 5,
  'eu-central-1': 5,
  'il-central-1': 5,
};
const QUOTA_ELSEWHERE = 10;

/** The first step down, for a pace that had no pause at all. */
const LEAST_PAUSE_MS = 100;
/** However crowded the quota is, a call in ten seconds takes 2 % of the smallest one. */
const MAX_PAUSE_MS = 10_000;
/** Calls that are answered until the usual pace is back from nothing. */
const CALLS_TO_RECOVER = 30;

/** Calls per second that all readers of an account may make in the region. */
export function quotaOf(region: string): number {
  return QUOTA_BY_REGION[region] ?? QUOTA_ELSEWHERE;
}

/** Milliseconds between two calls that keep one monitor under a quarter of its region's quota: two may overlap. */
export function paceOf(region: string): number {
  return Math.ceil(1000 / (quotaOf(region) / 4));
}

/** After a refusal half as many calls a second. */
export function slower(pauseMs: number): number {
  return Math.min(MAX_PAUSE_MS, 2 * Math.max(LEAST_PAUSE_MS, pauseMs));
}

/**
 * After an answer a fixed share more calls a second, up to the usual pace. Halving and adding is what lets several who
 * share a quota without knowing of each other come to equal shares (Chiu and Jain, 1989).
 */
export function faster(pauseMs: number, paceMs: number): number {
  if (pauseMs <= paceMs) return paceMs;
  return Math.max(paceMs, 1 / (1 / pauseMs + 1 / paceMs / CALLS_TO_RECOVER));
}

/** Lets one call through at a time, in the order of asking. All readers of one monitor share one pace. */
export class QuotaPace {
  readonly #options: QuotaPaceOptions;
  readonly #rate: CallRate;
  #pauseMs: number;
  #nextCallAt = 0;
  #askedAt = 0;

  constructor(options: QuotaPaceOptions) {
    this.#options = options;
    this.#rate = new CallRate(options.clock);
    this.#pauseMs = options.paceMs;
  }

  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Calls let through in the last minute. */
  get callsLastMinute(): number {
    return this.#rate.lastMinute;
  }

  /** Resolves when it is the caller's turn. */
  async turn(signal: AbortSignal): Promise<void> {
    const { clock, paceMs, random } = this.#options;
    const now = clock.now();
    // A clock that was set back must not make the next turn a distant one.
    if (now < this.#askedAt) this.#nextCallAt = now + this.#pauseMs;
    this.#askedAt = now;
    const turnAt = Math.max(now, this.#nextCallAt);
    // Two monitors that were refused at once must not come back at once. Jitter only ever lengthens a pause.
    const jitter = this.#pauseMs > paceMs ? 1 + random() / 2 : 1;
    this.#nextCallAt = turnAt + Math.ceil(this.#pauseMs * jitter);
    if (turnAt > now) await clock.sleep(turnAt - now, signal);
    this.#rate.count();
  }

  /** The service refused the call for its number. The next turn comes only after the longer pause. */
  refused(): void {
    this.#pauseMs = slower(this.#pauseMs);
    this.#nextCallAt = Math.max(
      this.#nextCallAt,
      this.#options.clock.now() + Math.ceil(this.#pauseMs * (1 + this.#options.random() / 2)),
    );
  }

  answered(): void {
    this.#pauseMs = faster(this.#pauseMs, this.#options.paceMs);
  }
}

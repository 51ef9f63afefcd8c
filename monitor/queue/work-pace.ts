import type { Clock } from '../../platform/clock.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Urgency } from './urgency.ts';

/** How much one monitor may do in a second. */
export interface WorkRates {
  readonly looksPerSecond: number;
  readonly invocationsPerSecond: number;
}

/**
 * S3 takes 5,500 GETs and 3,500 PUTs a second of one prefix and slows down whoever goes beyond. A monitor keeps under a
 * quarter of it, because two may overlap and functions, customers and coordinator need the same prefixes. A look makes
 * up to seven reads (order, listing and facts, for each of its rounds) and three writes: a quarter of 5,500 are 196
 * looks, a quarter of 3,500 are 291.
 *
 * Lambda lets an account run 1,000 functions at once. One that hangs runs to its timeout, 10 s in the stages that are
 * deployed: 25 a second are 250 at once, again a quarter. (A new account may have 10 in all: then Lambda's own queue
 * throttles, and fewer are better.)
 *
 * The SDK opens 50 connections for each service, and at most 16 looks are under way: neither is reached before these.
 */
export const USUAL_RATES: WorkRates = { looksPerSecond: 200, invocationsPerSecond: 25 };

/** How much of a second's looks lies ready for the backlog after a pause: a whole second's would double its busiest second. */
const READY_FOR_THE_BACKLOG = 0.1;
/** The share of the invocations that the backlog leaves for what is new. */
const KEPT_FOR_THE_YOUNG = 0.2;

/**
 * Paces looks and invocations, so that ten thousand executions that all want something at once, after a restart or an
 * outage, become a stream and not a burst. What a signal reports, or what is new, may take at once what lay ready in a
 * pause: somebody waits for it. A look of the backlog begins only while there are invocations for it to make, or its
 * executions would be read over and over while they wait for Lambda.
 */
export class WorkPace {
  readonly #rates: WorkRates;
  readonly #looks: TokenBucket;
  /** A look of the backlog takes one of these, too. */
  readonly #backlogLooks: TokenBucket;
  readonly #invocations: TokenBucket;
  readonly #kept: number;
  /** Invocations that were put off and have not been made since, as far as one can tell. */
  #putOff = 0;

  constructor(clock: Pick<Clock, 'now'>, rates: WorkRates) {
    this.#rates = rates;
    const { looksPerSecond, invocationsPerSecond } = rates;
    this.#looks = new TokenBucket({ clock, perSecond: looksPerSecond, burst: looksPerSecond });
    const burst = Math.max(1, looksPerSecond * READY_FOR_THE_BACKLOG);
    this.#backlogLooks = new TokenBucket({ clock, perSecond: looksPerSecond, burst });
    this.#invocations = new TokenBucket({ clock, perSecond: invocationsPerSecond, burst: invocationsPerSecond });
    this.#kept = Math.floor(invocationsPerSecond * KEPT_FOR_THE_YOUNG);
  }

  /** Whether a look may begin now; it then counts. */
  beginLook(urgency: Urgency): boolean {
    if (urgency !== 'backlog') return this.#looks.take();
    return this.#invocations.has(this.#kept) && this.#looks.has() && this.#backlogLooks.take() && this.#looks.take();
  }

  /** When it is worth asking again. */
  untilLookMs(urgency: Urgency): number {
    const looksMs = this.#looks.untilMs();
    if (urgency !== 'backlog') return looksMs;
    return Math.max(looksMs, this.#backlogLooks.untilMs(), this.#invocations.untilMs(this.#kept));
  }

  /**
   * 0: the invocation may be made now, and counts. Otherwise after so many milliseconds it is worth asking again: those
   * that are put off are told to come back one after another.
   */
  invocationPauseMs(): number {
    if (this.#invocations.take()) {
      this.#putOff = Math.max(0, this.#putOff - 1);
      return 0;
    }
    this.#putOff += 1;
    return Math.ceil((this.#putOff * 1_000) / this.#rates.invocationsPerSecond);
  }
}

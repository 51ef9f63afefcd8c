import type { ReadEvent } from './log-page.ts';

/** How far the narrow window reaches back behind the newest line seen: lines of different sandboxes arrive out of order. */
const NEAR_OVERLAP_MS = 2_000;
/** Ingestion takes 0.1 to 9 s usually and two minutes at worst (measured); the wide window covers that twice over. */
const FAR_OVERLAP_MS = 300_000;
/** Further back than this the sweep is the better reader: it asks the state, not the log. */
const MAX_CATCH_UP_MS = 3_600_000;
/** Half of the evidence slack: who is further behind with more to come would find failures after their deadline. */
const MAX_BEHIND_MS = 60_000;
/** Where reading goes on after a skip: what usually takes up to 9 s to be ingested is still to come. */
const FRESH_MS = 10_000;

export interface Skipped {
  readonly fromAt: number;
  readonly toAt: number;
}

/**
 * Where the windows of the log begin: an instant in CloudWatch's time, so that neither our clock nor a function's can
 * move it past lines that are still to come. It rises, and falls only when our clock is set back.
 */
export class PollPosition {
  #newestAt: number;
  #watchedSinceAt: number;

  private constructor(newestAt: number) {
    this.#newestAt = newestAt;
    this.#watchedSinceAt = this.farFrom;
  }

  /** Goes on at the watermark of whoever read before, at most an hour ago. Instants: milliseconds since the epoch. */
  static begin(watermark: number | undefined, now: number): PollPosition {
    return new PollPosition(Math.min(now, Math.max(watermark ?? now, now - MAX_CATCH_UP_MS)));
  }

  /** The newest line seen. */
  get newestAt(): number {
    return this.#newestAt;
  }

  get nearFrom(): number {
    return this.#newestAt - NEAR_OVERLAP_MS;
  }

  get farFrom(): number {
    return this.#newestAt - FAR_OVERLAP_MS;
  }

  /** No failure line after this instant is left out by a skip. */
  get watchedSinceAt(): number {
    return this.#watchedSinceAt;
  }

  /** After a page. An empty one moves nothing: a window on event time must not pass lines that are not there yet. */
  reached(events: readonly ReadEvent[]): void {
    const last = events.at(-1);
    // A function's clock may be ahead: no line was written after it was taken in.
    if (last !== undefined) this.#newestAt = Math.max(this.#newestAt, Math.min(last.timestamp, last.ingestedAt));
  }

  goBackTo(now: number): void {
    this.#newestAt = Math.min(this.#newestAt, now);
  }

  /**
   * For a window that one round did not end: what is new comes before what is old, whose failures the wide window still
   * reads for five minutes, and before that the sweep finds. Whoever comes after an outage with little to read has read it.
   */
  skipIfBehind(now: number): Skipped | undefined {
    if (now - this.#newestAt <= MAX_BEHIND_MS) return undefined;
    const fromAt = this.#newestAt;
    this.#newestAt = now - FRESH_MS;
    this.#watchedSinceAt = Math.max(this.#watchedSinceAt, fromAt < this.farFrom ? this.farFrom : 0);
    return { fromAt, toAt: this.#newestAt };
  }
}

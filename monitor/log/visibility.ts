import { CANARY_STREAM } from '../environment.ts';
import type { ReadEvent } from './log-page.ts';

export interface VisibilityReport {
  /** The log is known to be visible up to this instant: something written then has been read. `undefined` until then. */
  readonly seesThroughAt: number | undefined;
  /** From writing to CloudWatch's taking it in: the longest of the newest page with something new. Milliseconds. */
  readonly ingestionLagMs: number | undefined;
  /** Since when what functions write has not been seen within two minutes; `undefined` while it is. */
  readonly blindSinceAt: number | undefined;
}

/** Ingestion takes 0.1 to 9 s usually and two minutes at worst (measured): what has not come by then may not come. */
const BLIND_AFTER_MS = 120_000;

/**
 * The instant that a visible event vouches for. A function whose clock is ahead vouches for no more than the moment at
 * which CloudWatch took its line in, nor for our own future.
 */
export function vouchesFor({ timestamp, ingestedAt }: ReadEvent, now: number): number {
  return Math.min(timestamp, ingestedAt, now);
}

/** Since when a monitor is blind that has seen through an instant, or nothing since it started; `undefined` if it is not. */
export function blindSince(seenOrStartedAt: number, now: number): number | undefined {
  const at = seenOrStartedAt + BLIND_AFTER_MS;
  return now > at ? at : undefined;
}

/**
 * Knows how far the log can be seen, from the lines that come by. Being blind condemns nobody and stops nothing: records do
 * not depend on the log, and the deadline finds what it does not tell.
 */
export class Visibility {
  readonly #startedAt: number;
  #seesThroughAt: number | undefined;
  #ingestionLagMs: number | undefined;

  /** Milliseconds since the epoch: from then on something should be seen. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Takes the new events of a page of the window that moves on. */
  saw(events: readonly ReadEvent[], now: number): void {
    if (events.length === 0) return;
    let newest = this.#seesThroughAt ?? 0;
    let lagMs = 0;
    for (const event of events) {
      newest = Math.max(newest, vouchesFor(event, now));
      lagMs = Math.max(lagMs, event.ingestedAt - event.timestamp);
    }
    this.#seesThroughAt = newest;
    this.#ingestionLagMs = lagMs;
  }

  report(now: number): VisibilityReport {
    return {
      seesThroughAt: this.#seesThroughAt,
      ingestionLagMs: this.#ingestionLagMs,
      blindSinceAt: blindSince(this.#seesThroughAt ?? this.#startedAt, now),
    };
  }
}

export function isCanary({ streamName }: Pick<ReadEvent, 'streamName'>): boolean {
  return streamName === CANARY_STREAM;
}

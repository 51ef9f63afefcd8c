import { backoffMs } from '../../platform/backoff.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { CANARY_TERM } from './canary-line.ts';
import type { LogEvent } from '../classifier/log-event.ts';
import { FAILURES, STARTS_AND_ENDS } from './log-patterns.ts';
import type { ReadEvent, ReadPage } from './log-page.ts';
import { PollPosition } from './poll-position.ts';
import { SeenEvents } from './seen-events.ts';
import { isCanary, type Visibility } from './visibility.ts';
import type { Watermark } from './watermark.ts';
import { WindowScan } from './window-scan.ts';
import type { WorkRecord } from '../work-record.ts';

export interface LogPollerOptions {
  readonly readPage: ReadPage;
  readonly watermark: Watermark;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Told of every new line, so that it knows how far the log can be seen. */
  readonly visibility: Visibility;
  /** Takes events it has not seen before; a repetition after a restart changes nothing, because S3 judges. */
  readonly onEvents: (events: readonly LogEvent[]) => void;
  /** Runs after every round, with the same pace and the same tolerance for a log group that cannot be read. */
  readonly afterRound: (signal: AbortSignal) => Promise<void>;
  /** Event ids remembered for each of the two windows; a default that suits a small machine. */
  readonly rememberedEvents?: number;
  /** Told after each round up to which instant the group is read, or what went wrong. */
  readonly record: WorkRecord;
}

const NEAR_PATTERN = `${STARTS_AND_ENDS} ${CANARY_TERM}`;
/**
 * Pages of the narrow window in one round; a page is 10,000 events or 1 MB. It is gone on with in the next round, but who
 * cannot read everything in ten pages should first see what is new.
 */
const NEAR_PAGES_A_ROUND = 10;
const FAR_EVERY_MS = 5_000;
/** A restarted monitor reads this much twice, which changes nothing; saved more often, it would cost more than the sweep. */
const SAVE_WATERMARK_EVERY_MS = 30_000;
const AFTER_ERRORS = { baseMs: 500, maxMs: 15_000 };

/**
 * Reads the log group for ever: a narrow window with everything as often as the quota allows, and a wide window with
 * failures only every five seconds for what arrives late, a page a round so that it never takes more than half of the
 * calls. Windows are on event time, so neither ever starts at "now": both reach back behind the newest line seen and
 * tell repetitions by event id. A window that is longer than a round is gone on with, never begun again from its start.
 */
export class LogPoller {
  readonly #options: LogPollerOptions;
  readonly #seenNear: SeenEvents;
  readonly #seenFar: SeenEvents;
  #position: PollPosition | undefined;
  #polledAt = 0;
  #near: { readonly scan: WindowScan; readonly beganAt: number } | undefined;
  #far: { readonly scan: WindowScan; readonly beganAt: number } | undefined;
  #farReadAt = 0;
  #savedAt = 0;

  constructor(options: LogPollerOptions) {
    this.#options = options;
    this.#seenNear = new SeenEvents(options.rememberedEvents);
    this.#seenFar = new SeenEvents(options.rememberedEvents);
  }

  /** Every failure line from this instant on is read, or will be. `undefined` until it reads. */
  get watchedSinceAt(): number | undefined {
    return this.#position?.watchedSinceAt;
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, record, random } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const readThroughAt = await this.poll(signal);
        await this.#options.afterRound(signal);
        record.done(readThroughAt);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        record.failed(error);
        const pauseMs = pauseAfter(failures, random);
        logger.warn('log could not be read, or its watermark not kept', { error, pauseMs });
        // Aborting the pause ends the loop at its condition.
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    }
  }

  /**
   * One round: the narrow window, and the wide one when it is time. Gives the instant up to which everything that could
   * be read is read: its own beginning, or the newest line where there was more than one round may read.
   */
  async poll(signal: AbortSignal): Promise<number> {
    const { clock, watermark } = this.#options;
    const position = (this.#position ??= PollPosition.begin(await watermark.read(), clock.now()));
    if (clock.now() < this.#polledAt) this.#clockSetBack(position);
    this.#polledAt = clock.now();
    const beganAt = await this.#readNear(position, signal);
    await this.#readFar(position, signal);
    for (const seen of [this.#seenNear, this.#seenFar]) seen.forgetBefore(position.farFrom);
    if (isDue(this.#savedAt, SAVE_WATERMARK_EVERY_MS, clock.now())) {
      await watermark.advance(position.newestAt);
      this.#savedAt = clock.now();
    }
    return beganAt ?? position.newestAt;
  }

  /** It may have been ahead when it said where to begin; a window in the future would pass what comes meanwhile. */
  #clockSetBack(position: PollPosition): void {
    position.goBackTo(this.#options.clock.now());
    this.#near = undefined;
    this.#far = undefined;
    this.#farReadAt = 0;
  }

  /** Gives when the window was begun once it is read to its end. */
  async #readNear(position: PollPosition, signal: AbortSignal): Promise<number | undefined> {
    const { readPage, clock, logger, visibility } = this.#options;
    const from = withinMemory(position.nearFrom, this.#seenNear);
    const { scan, beganAt } = (this.#near ??= {
      scan: new WindowScan({ readPage, query: { from, pattern: NEAR_PATTERN } }),
      beganAt: clock.now(),
    });
    for (let pages = 0; pages < NEAR_PAGES_A_ROUND && !scan.isDone; pages += 1) {
      const events = await scan.nextPage(signal).catch((error: unknown) => {
        if (!scan.isUnderWay) this.#near = undefined;
        throw error;
      });
      const fresh = events.filter(({ eventId, timestamp }) => this.#seenNear.add(eventId, timestamp));
      visibility.saw(fresh, clock.now());
      this.#handOver(fresh.filter(({ eventId }) => !this.#seenFar.has(eventId)));
      // What was read counts, whatever becomes of the rest: the next window begins where this one had come to.
      position.reached(events);
    }
    if (scan.isDone) {
      this.#near = undefined;
      return beganAt;
    }
    const skipped = position.skipIfBehind(clock.now());
    if (skipped !== undefined) {
      logger.warn('log skipped, for more was written than can be read', { ...skipped });
      this.#near = undefined;
      this.#far = undefined;
      this.#farReadAt = 0;
    }
    return undefined;
  }

  async #readFar(position: PollPosition, signal: AbortSignal): Promise<void> {
    const { readPage, clock } = this.#options;
    if (this.#far === undefined && !isDue(this.#farReadAt, FAR_EVERY_MS, clock.now())) return;
    const from = withinMemory(position.farFrom, this.#seenFar);
    const { scan, beganAt } = (this.#far ??= {
      scan: new WindowScan({ readPage, query: { from, pattern: FAILURES } }),
      beganAt: clock.now(),
    });
    const events = await scan.nextPage(signal).catch((error: unknown) => {
      if (!scan.isUnderWay) this.#far = undefined;
      throw error;
    });
    this.#handOver(
      events.filter(({ eventId, timestamp }) => this.#seenFar.add(eventId, timestamp) && !this.#seenNear.has(eventId)),
    );
    if (!scan.isDone) return;
    this.#far = undefined;
    this.#farReadAt = beganAt;
  }

  #handOver(fresh: readonly ReadEvent[]): void {
    const events = fresh.filter((event) => !isCanary(event));
    if (events.length > 0) this.#options.onEvents(events);
  }
}

/** Further back than ids are remembered everything would be new again, in every round. */
function withinMemory(from: number, { forgottenThrough }: SeenEvents): number {
  return Math.max(from, forgottenThrough + 1);
}

/** At least half of the longest pause: an error that is not about the number of calls should not become a busy loop. */
function pauseAfter(failures: number, random: () => number): number {
  const { baseMs, maxMs } = AFTER_ERRORS;
  return (
    Math.ceil(Math.min(maxMs, baseMs * 2 ** (failures - 1)) / 2) +
    backoffMs(failures, { baseMs: baseMs / 2, maxMs: maxMs / 2 }, random)
  );
}

/** Also when our clock was set back behind the last time. */
function isDue(lastAt: number, everyMs: number, now: number): boolean {
  return now - lastAt >= everyMs || now < lastAt;
}

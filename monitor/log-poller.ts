import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { LogEvent } from './log-event.ts';
import { FAILURES, STARTS_AND_ENDS } from './log-patterns.ts';
import type { LogReader } from './log-reader.ts';
import { SeenEvents } from './seen-events.ts';
import type { WatermarkStore } from './watermark.ts';
import type { WorkRecord } from './work-record.ts';

export interface LogPollerOptions {
  readonly reader: LogReader;
  readonly watermark: WatermarkStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes events it has not seen before; a repetition after a restart changes nothing, because S3 judges. */
  readonly onEvents: (events: readonly LogEvent[]) => void;
  /** Runs after every round, with the same pace and the same tolerance for a log group that cannot be read. */
  readonly afterRound: (signal: AbortSignal) => Promise<void>;
  /** Told after each round up to which instant the group is read, or what went wrong. */
  readonly record: WorkRecord;
}

/** How far the usual window reaches back behind the newest line seen: lines of different sandboxes arrive out of order. */
const NEAR_OVERLAP_MS = 2_000;
/** Ingestion takes 0.1 to 9 s usually and two minutes at worst (measured); the wide window covers that twice over. */
const FAR_OVERLAP_MS = 300_000;
const FAR_EVERY_MS = 5_000;
const SAVE_WATERMARK_EVERY_MS = 5_000;
/** Further back than this the sweep is the better reader: it asks the state, not the log. */
const MAX_CATCH_UP_MS = 3_600_000;
const MAX_PAUSE_AFTER_ERRORS_MS = 15_000;

/**
 * Reads the log group for ever: a narrow window with everything as often as the quota allows, and a wide window with
 * failures only every five seconds for what arrives late. Windows are on event time, so neither ever starts at "now":
 * both reach back behind the newest line seen and tell repetitions by event id.
 */
export class LogPoller {
  readonly #options: LogPollerOptions;
  readonly #seen: SeenEvents;
  #newestSeenAt = 0;
  #farReadAt = 0;
  #savedAt = 0;

  constructor(options: LogPollerOptions) {
    this.#options = options;
    this.#seen = new SeenEvents();
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, record } = this.#options;
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
        const pauseMs = Math.min(MAX_PAUSE_AFTER_ERRORS_MS, 250 * 2 ** failures);
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
    const { clock } = this.#options;
    if (this.#newestSeenAt === 0) await this.#start();
    if (clock.now() - this.#farReadAt >= FAR_EVERY_MS) {
      const startedAt = clock.now();
      await this.#readWindow({ from: this.#newestSeenAt - FAR_OVERLAP_MS, pattern: FAILURES }, signal);
      this.#farReadAt = startedAt;
    }
    // Only this window moves on: the other one has not seen the lines between two failures.
    const beganAt = clock.now();
    const { newest, isComplete } = await this.#readWindow(
      { from: this.#newestSeenAt - NEAR_OVERLAP_MS, pattern: STARTS_AND_ENDS },
      signal,
    );
    // A function's clock may be ahead of ours; a cursor in the future would skip what comes meanwhile.
    this.#newestSeenAt = Math.max(this.#newestSeenAt, Math.min(clock.now(), newest));
    this.#seen.forgetBefore(this.#newestSeenAt - FAR_OVERLAP_MS);
    if (clock.now() - this.#savedAt >= SAVE_WATERMARK_EVERY_MS) {
      this.#savedAt = clock.now();
      await this.#options.watermark.advance(this.#newestSeenAt);
    }
    return isComplete ? beganAt : this.#newestSeenAt;
  }

  async #start(): Promise<void> {
    const { clock, watermark } = this.#options;
    const now = clock.now();
    this.#newestSeenAt = Math.min(now, Math.max((await watermark.read()) ?? now, now - MAX_CATCH_UP_MS));
  }

  /** Hands over what is new and gives the time of the newest event, 0 when there is none. */
  async #readWindow(
    query: { readonly from: number; readonly pattern: string },
    signal: AbortSignal,
  ): Promise<{ readonly newest: number; readonly isComplete: boolean }> {
    const { reader, onEvents } = this.#options;
    let newest = 0;
    let isComplete = false;
    for await (const { events, isLast } of reader.read(query, signal)) {
      const fresh = events.filter((event) => this.#seen.add(event.eventId, event.timestamp));
      if (fresh.length > 0) onEvents(fresh);
      newest = Math.max(newest, events.at(-1)?.timestamp ?? 0);
      isComplete = isLast;
    }
    return { newest, isComplete };
  }
}

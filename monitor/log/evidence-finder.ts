import type { Clock } from '../../platform/clock.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { functionOfStream, type LogEvent } from '../classifier/log-event.ts';
import type { ReadPage } from './log-page.ts';
import { linesOf, STARTS_AND_ENDS } from './log-patterns.ts';
import { WindowScan } from './window-scan.ts';

/** An attempt whose time is up and of which nothing is known. */
export interface SilentAttempt {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
  /** When it was triggered, milliseconds since the epoch. */
  readonly since: number;
  /** Lambda's, when the monitor invoked it. */
  readonly requestId?: string | undefined;
}

export interface EvidenceFinderOptions {
  readonly readPage: ReadPage;
  readonly clock: Clock;
  /** How long after its trigger lines of an attempt may have been written, milliseconds. */
  readonly spanMs: (step: string) => number;
  /** From when on the poller has read every failure; `undefined` until it reads. */
  readonly watchedSinceAt: () => number | undefined;
  readonly isBlind: () => boolean;
  /** Takes what is found, like the lines that the poller reads. */
  readonly onEvents: (events: readonly LogEvent[]) => void;
}

/** Attempts waiting at most. Whoever is turned away has no evidence, as if there were no log. */
const MAX_WAITING = 500;
/** The deadline is minutes; the search for its reason must not double it. */
const MAX_WAIT_MS = 60_000;
/** Until lines that were found are tied to their execution, which may take a look-up in the log of its own. */
const SETTLE_MS = 5_000;
/** Attempts whose search is over that are remembered, so that the next look does not ask again. */
const MAX_SEARCHED = 10_000;
/** With a request id each they are 20 terms of 41 characters; a pattern has 1,024 at most. */
const SUSPECTS_A_SEARCH = 10;
/** Attempts further apart than this are searched one after the other: a window costs what was written in it. */
const MAX_SEARCH_SPAN_MS = 900_000;
/** For each of the two queries. Whose evidence lies behind more lines than that is as if it had none. */
const MAX_PAGES = 10;
/** What FilterLogEvents takes. */
const MAX_STREAMS = 100;
/** S3's times are in whole seconds, and clocks differ. */
const BEFORE_MS = 2_000;

interface Search {
  readonly suspects: readonly SilentAttempt[];
  readonly from: number;
  readonly to: number;
  readonly streams: Set<string>;
  scan: WindowScan;
  stage: 'streams' | 'lines';
  pages: number;
}

/**
 * Reads the log for single executions that fell silent while nobody read it: after an outage the poller begins with what
 * is new, and this finds why the old ones failed, a page after each of the poller's rounds. First the streams in which
 * the execution or its request is named, then what began, ended and failed in those.
 */
export class EvidenceFinder {
  readonly #options: EvidenceFinderOptions;
  readonly #waiting = new Map<string, { readonly suspect: SilentAttempt; readonly askedAt: number }>();
  readonly #searchedAt = new RecentMap<string, number>(MAX_SEARCHED);
  #search: Search | undefined;

  constructor(options: EvidenceFinderOptions) {
    this.#options = options;
  }

  /** `searching`: ask again in some seconds. `searched`: what the log has to say of it has been handed over, if anything. */
  ask(suspect: SilentAttempt): 'searching' | 'searched' {
    const { clock, watchedSinceAt, isBlind } = this.#options;
    if (suspect.since >= (watchedSinceAt() ?? Number.POSITIVE_INFINITY) || isBlind()) return 'searched';
    const key = `${suspect.executionId} ${suspect.step} ${suspect.attempt}`;
    const searchedAt = this.#searchedAt.get(key);
    if (searchedAt !== undefined) return clock.now() - searchedAt >= SETTLE_MS ? 'searched' : 'searching';
    const waiting = this.#waiting.get(key);
    if (waiting === undefined && this.#waiting.size >= MAX_WAITING) return 'searched';
    if (waiting === undefined) this.#waiting.set(key, { suspect, askedAt: clock.now() });
    if (waiting === undefined || clock.now() - waiting.askedAt < MAX_WAIT_MS) return 'searching';
    this.#end(key);
    return 'searched';
  }

  /** One page, if anybody asked. Throws what reading the log throws, and then goes on where it was. */
  async searchOn(signal: AbortSignal): Promise<void> {
    const search = (this.#search ??= this.#begin());
    if (search === undefined) return;
    search.pages += 1;
    const events = await search.scan.nextPage(signal);
    if (search.stage === 'lines') this.#options.onEvents(events);
    else for (const { streamName } of events) if (functionOfStream(streamName)) search.streams.add(streamName);
    if (!search.scan.isDone && search.pages < MAX_PAGES) return;
    if (search.stage === 'streams' && search.streams.size > 0) this.#readLines(search);
    else this.#finish(search);
  }

  #begin(): Search | undefined {
    const { readPage, spanMs } = this.#options;
    const [first] = this.#waiting.values();
    if (first === undefined) return undefined;
    const fromOf = ({ since }: SilentAttempt) => since - BEFORE_MS;
    const toOf = ({ since, step }: SilentAttempt) => since + spanMs(step);
    const suspects = [...this.#waiting.values()]
      .map(({ suspect }) => suspect)
      .filter(({ since }) => Math.abs(since - first.suspect.since) <= MAX_SEARCH_SPAN_MS)
      .slice(0, SUSPECTS_A_SEARCH);
    const from = Math.min(...suspects.map(fromOf));
    const to = Math.max(...suspects.map(toOf));
    const ids = suspects.flatMap(({ executionId, requestId }) => [executionId, ...(requestId ? [requestId] : [])]);
    const scan = new WindowScan({ readPage, query: { from, to, pattern: linesOf([...new Set(ids)]) } });
    return { suspects, from, to, scan, streams: new Set(), stage: 'streams', pages: 0 };
  }

  #readLines(search: Search): void {
    const { from, to, streams } = search;
    const streamNames = [...streams].slice(0, MAX_STREAMS);
    const query = { from, to, pattern: STARTS_AND_ENDS, streamNames };
    search.scan = new WindowScan({ readPage: this.#options.readPage, query });
    search.stage = 'lines';
    search.pages = 0;
  }

  #finish({ suspects }: Search): void {
    this.#search = undefined;
    for (const { executionId, step, attempt } of suspects) this.#end(`${executionId} ${step} ${attempt}`);
  }

  #end(key: string): void {
    this.#waiting.delete(key);
    this.#searchedAt.set(key, this.#options.clock.now());
  }
}

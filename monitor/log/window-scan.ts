import { PageTokenInvalidError } from './log-read-errors.ts';
import type { LogQuery, ReadEvent, ReadPage } from './log-page.ts';

export interface WindowScanOptions {
  readonly readPage: ReadPage;
  readonly query: LogQuery;
}

/** Begun anew this often without having come further, a window is given up: its reader decides where to begin then. */
const MAX_RESTARTS = 3;

/**
 * One window of the log group, page by page, by whoever has time for a page: a window that is longer than one round may
 * read is gone on with in the next one, and an error in between costs one page.
 */
export class WindowScan {
  readonly #options: WindowScanOptions;
  #from: number;
  #token: string | undefined;
  #reachedAt: number | undefined;
  #restarts = 0;
  #isDone = false;

  constructor(options: WindowScanOptions) {
    this.#options = options;
    this.#from = options.query.from;
  }

  /** Nothing of the window is left to read. Pages may be empty and carry a token: only a missing token ends it. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether a page of it can still be gone on from, so that an error in between costs no more than one page. */
  get isUnderWay(): boolean {
    return this.#token !== undefined && !this.#isDone;
  }

  /** @throws PageTokenInvalidError when tokens are refused again and again; whatever reading a page throws */
  async nextPage(signal: AbortSignal): Promise<readonly ReadEvent[]> {
    for (;;) {
      try {
        const { readPage, query } = this.#options;
        const { events, nextToken } = await readPage({ ...query, from: this.#from }, this.#token, signal);
        this.#token = nextToken;
        this.#isDone = nextToken === undefined;
        this.#reached(events);
        return events;
      } catch (error) {
        if (!(error instanceof PageTokenInvalidError)) throw error;
        this.#token = undefined;
        this.#restarts += 1;
        if (this.#restarts > MAX_RESTARTS) throw error;
        this.#from = this.#reachedAt ?? this.#from;
      }
    }
  }

  /** Pages are sorted by the time of their events, so a window without its token begins at the last one, inclusive. */
  #reached(events: readonly ReadEvent[]): void {
    const last = events.at(-1)?.timestamp;
    if (last === undefined || last <= (this.#reachedAt ?? this.#from)) return;
    this.#reachedAt = last;
    this.#restarts = 0;
  }
}

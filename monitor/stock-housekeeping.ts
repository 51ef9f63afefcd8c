import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { STOCK_PREFIX } from '../booking/keys.ts';
import { compactStock } from '../booking/stock-compaction.ts';
import type { StockStore } from '../booking/stock-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { ExecutionEnd } from './sweep/execution-end.ts';

export interface StockHousekeepingOptions {
  readonly appStore: Pick<ObjectStore, 'list'>;
  readonly stock: StockStore;
  readonly endOf: (executionId: string) => Promise<ExecutionEnd | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** A fraction of the horizon after which entries may go: the documents hold little more than they must. */
const EVERY_MS = 30_000;
/** Rounds for one item before the next one has its turn. */
const MAX_ROUNDS = 20;
/** Items remembered as having nothing to fold; the others are only read once more than they need be. */
const MAX_QUIET = 50_000;

/**
 * Keeps stock documents small: what ended long ago becomes a number. Items that nobody has bought since they were last
 * found empty are told by their etags in the listing and cost no call of their own.
 */
export class StockHousekeeping {
  readonly #options: StockHousekeepingOptions;
  /** By item: the etags of its documents, listed before they were read and found empty. */
  readonly #quiet = new Map<string, string>();

  constructor(options: StockHousekeepingOptions) {
    this.#options = options;
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(EVERY_MS, signal).catch(() => undefined);
      try {
        await this.pass(signal);
      } catch (error) {
        logger.warn('stock could not be listed', { error });
      }
    }
  }

  /** Every item that has stock, whether its own document can be read or not. */
  async pass(signal: AbortSignal): Promise<void> {
    for await (const { itemId, etags } of this.#items()) {
      if (signal.aborted) return;
      if (this.#quiet.get(itemId) !== etags) await this.#compact(itemId, etags, signal);
    }
  }

  /** The listing is in the order of the keys: documents of one item follow one another. */
  async *#items(): AsyncGenerator<{ readonly itemId: string; readonly etags: string }, void, undefined> {
    let current: { itemId: string; etags: string } | undefined;
    for await (const { key, etag } of this.#options.appStore.list(STOCK_PREFIX)) {
      const itemId = key.slice(STOCK_PREFIX.length).split('/')[0] ?? '';
      if (itemId === current?.itemId) current.etags += etag;
      else {
        if (current !== undefined) yield current;
        current = { itemId, etags: etag };
      }
    }
    if (current !== undefined) yield current;
  }

  async #compact(itemId: string, etags: string, signal: AbortSignal): Promise<void> {
    const { stock, endOf, clock, random, logger } = this.#options;
    try {
      for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
        const { folded, left, isEmpty } = await compactStock({
          stock,
          itemId,
          statusOf: endOf,
          now: clock.now(),
          random,
        });
        if (isEmpty && round === 0) this.#rememberQuiet(itemId, etags);
        if (folded === 0 || left === 0) return;
      }
    } catch (error) {
      // One item whose documents cannot be read keeps no other from being compacted.
      logger.warn('stock could not be compacted', { itemId, error });
    }
  }

  #rememberQuiet(itemId: string, etags: string): void {
    if (this.#quiet.size >= MAX_QUIET) this.#quiet.clear();
    this.#quiet.set(itemId, etags);
  }
}

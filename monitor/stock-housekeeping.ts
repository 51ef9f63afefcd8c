import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { STOCK_HORIZON_MS } from '../booking/horizon.ts';
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
/** Items of which it is remembered when to read them; the others are only read once more than they need be. */
const MAX_KNOWN = 50_000;

/** Of an item that was read: the etags of its documents when they held nothing, or when something in them can be folded. */
type Known = { readonly emptyAt: string } | { readonly dueAt: number };

/**
 * Keeps stock documents small: what ended long ago becomes a number. An item that nobody has bought since it was last found
 * empty is told by the etags of its documents in the listing, and one that somebody has bought is read when the first of
 * what was bought can be folded: until then neither costs a call of its own.
 */
export class StockHousekeeping {
  readonly #options: StockHousekeepingOptions;
  readonly #known = new Map<string, Known>();

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
      if (this.#isDue(itemId, etags)) await this.#compact(itemId, etags, signal);
    }
  }

  #isDue(itemId: string, etags: string): boolean {
    const known = this.#known.get(itemId);
    const now = this.#options.clock.now();
    if (known === undefined) return true;
    if ('dueAt' in known) return known.dueAt <= now;
    // Whoever bought it since did so after the listing before this one.
    if (known.emptyAt !== etags) this.#remember(itemId, { dueAt: now + STOCK_HORIZON_MS });
    return false;
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
        const { folded, left, dueAt } = await compactStock({
          stock,
          itemId,
          statusOf: endOf,
          now: clock.now(),
          random,
        });
        // What was listed before the first round is older than what that round has read.
        if (dueAt !== undefined) this.#remember(itemId, { dueAt });
        else if (round === 0) this.#remember(itemId, { emptyAt: etags });
        if (folded === 0 || left === 0) return;
      }
    } catch (error) {
      // One item whose documents cannot be read keeps no other from being compacted.
      logger.warn('stock could not be compacted', { itemId, error });
    }
  }

  #remember(itemId: string, known: Known): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(itemId, known);
  }
}

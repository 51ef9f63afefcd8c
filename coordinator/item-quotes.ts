import type { Clock } from '../platform/clock.ts';
import type { Item } from '../booking/item.ts';
import type { ItemStore } from '../booking/item-store.ts';

export interface ItemQuotesOptions {
  readonly items: Pick<ItemStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A changed price reaches orders within this time at every coordinator, and at once at the one that changed it. */
const FRESH_MS = 5000;
/** About 200 bytes each. */
const MAX_ITEMS = 1000;

interface Quote {
  readonly readAt: number;
  readonly item: Promise<Item | undefined>;
}

/**
 * Item documents for pricing orders, kept for five seconds so that an order costs one write and no read. Concurrent
 * readers share one read. Only items that exist are kept: a new one can be ordered at once.
 */
export class ItemQuotes {
  readonly #items: Pick<ItemStore, 'get'>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #quotes = new Map<string, Quote>();

  constructor({ items, clock }: ItemQuotesOptions) {
    this.#items = items;
    this.#clock = clock;
  }

  get(itemId: string): Promise<Item | undefined> {
    const known = this.#quotes.get(itemId);
    if (known !== undefined && this.#clock.now() - known.readAt < FRESH_MS) return known.item;
    return this.#read(itemId);
  }

  /** To be called after an item was changed. */
  forget(itemId: string): void {
    this.#quotes.delete(itemId);
  }

  async #read(itemId: string): Promise<Item | undefined> {
    const quote: Quote = { readAt: this.#clock.now(), item: this.#items.get(itemId) };
    this.#keep(itemId, quote);
    try {
      const item = await quote.item;
      if (item === undefined) this.#drop(itemId, quote);
      return item;
    } catch (error) {
      this.#drop(itemId, quote);
      throw error;
    }
  }

  #keep(itemId: string, quote: Quote): void {
    this.#quotes.delete(itemId);
    this.#quotes.set(itemId, quote);
    const [oldest] = this.#quotes.keys();
    if (this.#quotes.size > MAX_ITEMS && oldest !== undefined) this.#quotes.delete(oldest);
  }

  #drop(itemId: string, quote: Quote): void {
    if (this.#quotes.get(itemId) === quote) this.#quotes.delete(itemId);
  }
}

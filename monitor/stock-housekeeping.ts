import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { STOCK_PREFIX } from '../booking/keys.ts';
import { compactStock } from '../booking/stock-compaction.ts';
import type { StockStore } from '../booking/stock-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { ExecutionEnd } from './execution-end.ts';

export interface StockHousekeepingOptions {
  readonly appStore: ObjectStore;
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

/** Keeps stock documents small: what ended long ago becomes a number. Resolves once `signal` is aborted. */
export async function runStockHousekeeping(options: StockHousekeepingOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options;
  while (!signal.aborted) {
    // Aborting the pause ends the loop at its condition.
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    try {
      await compactEveryStock(options, signal);
    } catch (error) {
      logger.warn('stock could not be listed', { error });
    }
  }
}

/** Every item that has stock, whether its own document can be read or not. */
export async function compactEveryStock(options: StockHousekeepingOptions, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  for await (const { key } of options.appStore.list(STOCK_PREFIX)) {
    if (signal.aborted) return;
    const itemId = key.slice(STOCK_PREFIX.length).split('/')[0];
    if (itemId === undefined || itemId === last) continue;
    last = itemId;
    await compactItem(options, itemId, signal);
  }
}

async function compactItem(options: StockHousekeepingOptions, itemId: string, signal: AbortSignal): Promise<void> {
  const { stock, endOf, clock, random, logger } = options;
  try {
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
      const { folded, left } = await compactStock({ stock, itemId, statusOf: endOf, now: clock.now(), random });
      if (folded === 0 || left === 0) return;
    }
  } catch (error) {
    // One item whose documents cannot be read keeps no other from being compacted.
    logger.warn('stock could not be compacted', { itemId, error });
  }
}

import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { compactStock } from '../booking/stock-compaction.ts';
import type { ItemStore } from '../booking/item-store.ts';
import type { StockStore } from '../booking/stock-store.ts';
import type { ExecutionEnd } from './execution-end.ts';

export interface StockHousekeepingOptions {
  readonly items: ItemStore;
  readonly stock: StockStore;
  readonly endOf: (executionId: string) => Promise<ExecutionEnd | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A fraction of the horizon after which entries may go: the documents hold little more than they must. */
const EVERY_MS = 30_000;

/** Keeps stock documents small: what ended long ago becomes a number. Resolves once `signal` is aborted. */
export async function runStockHousekeeping(
  { items, stock, endOf, clock, logger }: StockHousekeepingOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Aborting the pause ends the loop at its condition.
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      for (const { itemId } of await items.list()) {
        // One item whose documents cannot be read keeps no other from being compacted.
        await compactStock({ stock, itemId, statusOf: endOf, now: clock.now() }).catch((error: unknown) =>
          logger.warn('stock could not be compacted', { itemId, error }),
        );
      }
    } catch (error) {
      logger.warn('items could not be listed', { error });
    }
  }
}

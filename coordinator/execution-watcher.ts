import { createHash } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { StorageError } from '../storage/errors.ts';
import { isSettled, type OrderView } from './read-order.ts';
import { representOrder } from './represent-order.ts';

/** How an order looked at some moment. */
export interface OrderUpdate {
  /** The same for the same look, at every coordinator. */
  readonly id: string;
  /** JSON of the order's representation. */
  readonly json: string;
  /** Nothing follows. */
  readonly isFinal: boolean;
}

export interface ExecutionWatcherOptions {
  readonly first: OrderView;
  /** Reads the order again; `undefined` when it is gone. */
  readonly read: () => Promise<OrderView | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called once, when nobody follows any more or there is nothing more to follow. */
  readonly onEnd: () => void;
}

/** Quick enough to look live, and slow enough for S3 after a moment without a change. */
const MIN_INTERVAL_MS = 250;
const MAX_INTERVAL_MS = 1000;
const INTERVAL_GROWTH = 1.5;
/** Half a minute without storage: the clients connect again and learn why it fails. */
const MAX_FAILURES = 30;

/** Polls one execution as long as somebody follows it, and tells them all when it looks different. */
export class ExecutionWatcher {
  readonly #options: ExecutionWatcherOptions;
  readonly #watches = new Set<Watch>();
  readonly #stop = new AbortController();
  #latest: OrderUpdate;

  constructor(options: ExecutionWatcherOptions) {
    this.#options = options;
    this.#latest = updateOf(options.first);
  }

  get latest(): OrderUpdate {
    return this.#latest;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** The watch begins with how the order looks now. */
  subscribe(): Watch {
    const watch = new Watch(this.#latest, () => this.#leave(watch));
    this.#watches.add(watch);
    if (this.#watches.size === 1) void this.#follow();
    return watch;
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(new Error('The watch has ended'));
    this.#options.onEnd();
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
  }

  #leave(watch: Watch): void {
    this.#watches.delete(watch);
    if (this.#watches.size === 0) this.close();
  }

  async #follow(): Promise<void> {
    try {
      await this.#poll();
    } catch (error) {
      // Closed while it slept: the only abort there is.
      if (!this.#stop.signal.aborted) this.#options.logger.error('An order could not be followed', { error });
    }
    this.close();
  }

  async #poll(): Promise<void> {
    const { clock, logger, read } = this.#options;
    let intervalMs = MIN_INTERVAL_MS;
    for (let failures = 0; !this.#latest.isFinal && failures < MAX_FAILURES;) {
      await clock.sleep(intervalMs, this.#stop.signal);
      try {
        const view = await read();
        if (view === undefined) return;
        intervalMs = this.#publish(updateOf(view))
          ? MIN_INTERVAL_MS
          : Math.min(MAX_INTERVAL_MS, intervalMs * INTERVAL_GROWTH);
        failures = 0;
      } catch (error) {
        if (!(error instanceof StorageError) || !error.retryable) throw error;
        failures += 1;
        if (failures === 1 || failures === MAX_FAILURES)
          logger.warn('A followed order cannot be read', { failures, error });
        intervalMs = MAX_INTERVAL_MS;
      }
    }
  }

  #publish(update: OrderUpdate): boolean {
    if (update.id === this.#latest.id) return false;
    this.#latest = update;
    for (const watch of this.#watches) watch.push(update);
    return true;
  }
}

/** One follower's end. It holds the newest update only: a slow follower misses intermediate ones. */
export class Watch {
  #pending: OrderUpdate | undefined;
  #hasEnded = false;
  #wake: (() => void) | undefined;
  readonly #onLeave: () => void;

  constructor(first: OrderUpdate, onLeave: () => void) {
    this.#pending = first;
    this.#onLeave = onLeave;
  }

  /** Waits for an update that was not given yet; `undefined` once there is none and will be none. One call at a time. */
  async next(): Promise<OrderUpdate | undefined> {
    while (this.#pending === undefined && !this.#hasEnded) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const update = this.#pending;
    this.#pending = undefined;
    return update;
  }

  /** The follower has gone. */
  leave(): void {
    this.end();
    this.#onLeave();
  }

  push(update: OrderUpdate): void {
    this.#pending = update;
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }
}

function updateOf(view: OrderView): OrderUpdate {
  const json = JSON.stringify(representOrder(view));
  const id = createHash('sha256').update(json).digest('hex').slice(0, 16);
  return { id, json, isFinal: isSettled(view) };
}

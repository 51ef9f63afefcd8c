import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { ExecutionWatcher, type OrderUpdate, type Watch } from './execution-watcher.ts';
import { readOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';

export interface WatchHubOptions extends ReadOrderCollaborators {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxExecutions?: number;
  readonly maxWatches?: number;
}

/** Each costs one listing a second at most: 200 of them stay under 0.001 $ a second. */
const MAX_EXECUTIONS = 200;
/** Each is an open connection with one undelivered representation at most. */
const MAX_WATCHES = 1000;

export type WatchStart =
  /** `latest` is also the first that the watch gives. */
  | { readonly outcome: 'watching'; readonly watch: Watch; readonly latest: OrderUpdate }
  | { readonly outcome: 'no-such-order' }
  | { readonly outcome: 'too-many' };

/** Everybody who follows an execution: one poller for each execution, however many follow it, and none without. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #watchers = new Map<string, ExecutionWatcher>();
  /** How many are about to follow which execution, which is being read for them. */
  readonly #starting = new Map<string, number>();
  #isClosed = false;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  /** @throws StorageError when the order cannot be read to begin with. */
  async watch(executionId: string): Promise<WatchStart> {
    if (!this.#hasRoomFor(executionId)) return { outcome: 'too-many' };
    const known = this.#watchers.get(executionId);
    if (known !== undefined) return watchOf(known);
    this.#starting.set(executionId, (this.#starting.get(executionId) ?? 0) + 1);
    try {
      const first = await readOrder(this.#options, executionId);
      if (first === undefined) return { outcome: 'no-such-order' };
      if (this.#isClosed) return { outcome: 'too-many' };
      return watchOf(this.#watcherOf(executionId, first));
    } finally {
      this.#hasStarted(executionId);
    }
  }

  /** Executions that are polled now, and who follows them. */
  get size(): { readonly executions: number; readonly watches: number } {
    const watches = [...this.#watchers.values()].reduce((sum, watcher) => sum + watcher.size, 0);
    return { executions: this.#watchers.size, watches };
  }

  /** Ends every watch. What comes after is refused. */
  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #hasRoomFor(executionId: string): boolean {
    const { maxExecutions = MAX_EXECUTIONS, maxWatches = MAX_WATCHES } = this.#options;
    const starting = [...this.#starting.values()].reduce((sum, each) => sum + each, 0);
    if (this.#isClosed || this.size.watches + starting >= maxWatches) return false;
    const executions = new Set([...this.#watchers.keys(), ...this.#starting.keys(), executionId]);
    return executions.size <= maxExecutions;
  }

  #hasStarted(executionId: string): void {
    const left = (this.#starting.get(executionId) ?? 0) - 1;
    if (left > 0) this.#starting.set(executionId, left);
    else this.#starting.delete(executionId);
  }

  /** The reader that came first has made it. */
  #watcherOf(executionId: string, first: OrderView): ExecutionWatcher {
    const known = this.#watchers.get(executionId);
    if (known !== undefined) return known;
    const { clock, logger } = this.#options;
    const watcher = new ExecutionWatcher({
      first,
      clock,
      logger: logger.child({ executionId }),
      read: () => readOrder(this.#options, executionId),
      onEnd: () => this.#watchers.delete(executionId),
    });
    this.#watchers.set(executionId, watcher);
    return watcher;
  }
}

function watchOf(watcher: ExecutionWatcher): WatchStart {
  const { latest } = watcher;
  return { outcome: 'watching', latest, watch: watcher.subscribe() };
}

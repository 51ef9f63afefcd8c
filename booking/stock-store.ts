import type { Change, ObjectStore } from '../storage/object-store.ts';
import { stockShardKey } from './keys.ts';
import {
  closeSlot,
  freeUnits,
  heldUnits,
  holdAtHome,
  homeShardOf,
  stockShardSchema,
  STOCK_SHARDS,
  visitingOrder,
  visitShard,
  type Decision,
  type HomeHold,
  type StockShard,
  type Visit,
} from './stock.ts';

export interface StockStoreOptions {
  readonly objects: Pick<ObjectStore, 'get' | 'update'>;
  /** Fewer only in tests: the documents of an item do not move when it changes. */
  readonly shards?: number;
}

export type HoldOutcome = 'held' | 'sold-out' | 'closed' | 'unknown-item';

export interface StockSlot {
  /** Units held over all shards that the execution may hold at. */
  readonly units: number;
  /** Nothing can be held any more. */
  readonly isClosed: boolean;
}

export interface ItemUnits {
  readonly units: number;
  readonly held: number;
  readonly sold: number;
  readonly available: number;
}

/** A stock document that is not one: somebody has to look, nothing of the item is sold meanwhile. */
export class UnreadableStockError extends Error {
  override readonly name = 'UnreadableStockError';
}

/** Does what `stock.ts` decides, document by document. Every method may be repeated and may run beside itself. */
export class StockStore {
  readonly #objects: Pick<ObjectStore, 'get' | 'update'>;
  readonly #shards: number;

  constructor({ objects, shards = STOCK_SHARDS }: StockStoreOptions) {
    this.#objects = objects;
    this.#shards = shards;
  }

  /**
   * Holds units for an execution. What it took when the answer is `sold-out` stays held until the slot is closed. Two
   * orders that each get part of the last units may both find it sold out.
   */
  async hold(executionId: string, itemId: string, quantity: number): Promise<HoldOutcome> {
    const home = homeShardOf(executionId, this.#shards);
    let atHome = await this.#holdAtHome(executionId, itemId, quantity, home, false);
    if (atHome.outcome === 'short') {
      // Reading first spares everybody's writes once an item is sold out, which is when most orders come.
      if (!(await this.#isEnoughInAll(executionId, itemId, quantity))) return 'sold-out';
      atHome = await this.#holdAtHome(executionId, itemId, quantity, home, true);
    }
    if (atHome.outcome === 'short') return 'sold-out';
    return atHome.outcome === 'seeking'
      ? this.#seek(executionId, itemId, quantity - atHome.taken, home)
      : atHome.outcome;
  }

  #holdAtHome(
    executionId: string,
    itemId: string,
    quantity: number,
    home: number,
    maySeek: boolean,
  ): Promise<HomeHold> {
    return this.updateShard(itemId, home, (shard) => holdAtHome(shard, executionId, quantity, maySeek));
  }

  /** What another invocation of the same execution holds counts: it is this one's too. */
  async #isEnoughInAll(executionId: string, itemId: string, quantity: number): Promise<boolean> {
    const shards = await this.readAll(itemId);
    return (
      shards.reduce(
        (sum, shard) => sum + (shard === undefined ? 0 : freeUnits(shard) + (shard.held[executionId] ?? 0)),
        0,
      ) >= quantity
    );
  }

  async #seek(executionId: string, itemId: string, quantity: number, home: number): Promise<HoldOutcome> {
    let wanted = quantity;
    for (const index of visitingOrder(home, this.#shards)) {
      if (wanted === 0) break;
      const missing = wanted;
      const visit: Visit = await this.updateShard(itemId, index, (shard) =>
        visitShard(shard, itemId, index, executionId, missing),
      );
      if (visit.outcome === 'closed') return 'closed';
      wanted -= visit.taken;
    }
    return wanted === 0 ? 'held' : 'sold-out';
  }

  /**
   * Releases what an execution holds and bars it from holding ever again. Gives the units that were released, also when
   * an earlier close had released them.
   */
  async close(executionId: string, itemId: string): Promise<{ readonly units: number }> {
    const home = homeShardOf(executionId, this.#shards);
    const found = await this.#closeAt(executionId, itemId, home);
    if (!found.wasSeeking) return { units: found.units };
    // Home is closed, so nobody begins to seek; whoever began before meets these tombstones, or is released by them.
    const others = await Promise.all(
      visitingOrder(home, this.#shards).map((index) => this.#closeAt(executionId, itemId, index)),
    );
    return { units: [found, ...others].reduce((sum, each) => sum + each.units, 0) };
  }

  #closeAt(executionId: string, itemId: string, index: number) {
    return this.updateShard(itemId, index, (shard) => closeSlot(shard, itemId, index, executionId));
  }

  /** Reads the slot back. Where home says that nobody ever sought elsewhere, home alone decides. */
  async slot(executionId: string, itemId: string): Promise<StockSlot> {
    const home = homeShardOf(executionId, this.#shards);
    const atHome = await this.#read(itemId, home);
    const isSeeking = atHome?.seeking.includes(executionId) ?? false;
    const shards = isSeeking ? await this.readAll(itemId) : [atHome];
    return {
      units: shards.reduce((sum, shard) => sum + (shard?.held[executionId] ?? 0), 0),
      isClosed: shards.every((shard) => shard?.closed.includes(executionId) ?? false),
    };
  }

  /** `undefined` when the item has no stock documents. Not one moment's picture: shards change while they are read. */
  async units(itemId: string): Promise<ItemUnits | undefined> {
    const shards = (await this.readAll(itemId)).filter((shard) => shard !== undefined);
    if (shards.length === 0) return undefined;
    const total = (of: (shard: StockShard) => number) => shards.reduce((sum, shard) => sum + of(shard), 0);
    return {
      units: total(({ units }) => units),
      held: total(heldUnits),
      sold: total(({ sold }) => sold),
      available: total(freeUnits),
    };
  }

  /** By shard number; `undefined` where there is no document. */
  readAll(itemId: string): Promise<readonly (StockShard | undefined)[]> {
    return Promise.all(Array.from({ length: this.#shards }, (_, index) => this.#read(itemId, index)));
  }

  /** Changes one shard by compare-and-set. `decide` may run several times. */
  updateShard<R>(itemId: string, index: number, decide: (shard: StockShard | undefined) => Decision<R>): Promise<R> {
    const key = stockShardKey(itemId, index);
    const change: Change<R> = (body) => {
      const { write, result } = decide(parseShard(key, body));
      return write === undefined ? { keep: true, result } : { write, result };
    };
    return this.#objects.update(key, change);
  }

  async #read(itemId: string, index: number): Promise<StockShard | undefined> {
    const key = stockShardKey(itemId, index);
    return parseShard(key, (await this.#objects.get(key))?.body);
  }
}

function parseShard(key: string, body: unknown): StockShard | undefined {
  if (body === undefined) return undefined;
  const parsed = stockShardSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnreadableStockError(
    `stock document ${key} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

import * as z from 'zod/mini';

/**
 * The units of one item, spread over a fixed number of documents (shards) so that everybody can buy it at once. A shard
 * is changed by compare-and-set only, and holds an entry per execution: its slot.
 *
 * An execution has a home shard. A hold that fits there touches no other. One that does not first notes `seeking` at
 * home and then visits the other shards, in a fixed order; every visit leaves an entry, written once, even if there
 * was nothing to take: so two invocations of one execution take the same units, never twice. Closing begins at home as
 * well: if it finds no `seeking` there, its tombstone bars the other shards too, because nobody seeks from a closed
 * home; if it finds `seeking`, it closes every other shard. Either way nothing is held afterwards and nothing can be.
 *
 * Decisions only: each takes a shard as it was read (`undefined`: there is no document) and says what it should be.
 */
export interface StockShard {
  readonly itemId: string;
  readonly shard: number;
  /** What this shard may give in all, what it sold for ever included. */
  readonly units: number;
  /** Units of SUCCEEDED executions whose entries were folded away. */
  readonly sold: number;
  /** The revision of the item's allocation that `units` comes from; 0 as long as the item was never put. */
  readonly revision: number;
  readonly held: Readonly<Record<string, number>>;
  /** Executions that may not hold here, now or later. */
  readonly closed: readonly string[];
  /** Units that closed executions held here when they were closed; those that held none are left out. */
  readonly released?: Readonly<Record<string, number>> | undefined;
  /** Executions at home here that may hold at other shards. */
  readonly seeking: readonly string[];
}

/** More spreads the writes of a best seller thinner, and makes a sold-out order read more. Changing it needs a migration. */
export const STOCK_SHARDS = 8;

const count = z.int().check(z.minimum(0));

export const stockShardSchema = z.object({
  itemId: z.string(),
  shard: count,
  units: count,
  sold: count,
  revision: count,
  held: z.record(z.string(), count),
  closed: z.array(z.string()),
  released: z.optional(z.record(z.string(), count)),
  seeking: z.array(z.string()),
});

/** What to write, if anything, and what it means. */
export interface Decision<R> {
  readonly write?: StockShard;
  readonly result: R;
}

export type HomeHold =
  | { readonly outcome: 'held' | 'closed' | 'unknown-item' }
  /** Home has not enough; nothing was changed. */
  | { readonly outcome: 'short' }
  /** `seeking` is noted, and `taken` units are held at home. */
  | { readonly outcome: 'seeking'; readonly taken: number };

export type Visit = { readonly outcome: 'visited'; readonly taken: number } | { readonly outcome: 'closed' };

/** What a close found or, where there was one before it, what the first one had found. */
export interface ClosedSlot {
  readonly units: number;
  readonly wasSeeking: boolean;
}

export function emptyShard(itemId: string, shard: number): StockShard {
  return { itemId, shard, units: 0, sold: 0, revision: 0, held: {}, closed: [], seeking: [] };
}

export function usedUnits(shard: StockShard): number {
  return shard.sold + heldUnits(shard);
}

export function heldUnits(shard: StockShard): number {
  return Object.values(shard.held).reduce((sum, units) => sum + units, 0);
}

export function freeUnits(shard: StockShard): number {
  return Math.max(0, shard.units - usedUnits(shard));
}

/** FNV-1a: ids of one millisecond spread evenly. */
export function homeShardOf(executionId: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < executionId.length; index += 1) {
    hash = Math.imul(hash ^ executionId.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % shards;
}

/** The shards after home, in the order in which an execution visits them. */
export function visitingOrder(home: number, shards: number): readonly number[] {
  return Array.from({ length: shards - 1 }, (_, index) => (home + 1 + index) % shards);
}

/** `maySeek`: the caller has seen that the shards together have enough. */
export function holdAtHome(
  shard: StockShard | undefined,
  executionId: string,
  quantity: number,
  maySeek: boolean,
): Decision<HomeHold> {
  if (shard === undefined || shard.revision === 0) return { result: { outcome: 'unknown-item' } };
  if (shard.closed.includes(executionId)) return { result: { outcome: 'closed' } };
  const held = shard.held[executionId];
  if (shard.seeking.includes(executionId)) return { result: { outcome: 'seeking', taken: held ?? 0 } };
  if (held !== undefined) return { result: { outcome: 'held' } };
  const free = freeUnits(shard);
  if (free >= quantity) return { write: withHeld(shard, executionId, quantity), result: { outcome: 'held' } };
  if (!maySeek) return { result: { outcome: 'short' } };
  const seeking = { ...withHeld(shard, executionId, free), seeking: [...shard.seeking, executionId] };
  return { write: seeking, result: { outcome: 'seeking', taken: free } };
}

/** Takes up to `wanted` units at a shard that is not home. What the first visit took stands, also when it took nothing. */
export function visitShard(
  shard: StockShard | undefined,
  itemId: string,
  index: number,
  executionId: string,
  wanted: number,
): Decision<Visit> {
  const current = shard ?? emptyShard(itemId, index);
  if (current.closed.includes(executionId)) return { result: { outcome: 'closed' } };
  const held = current.held[executionId];
  if (held !== undefined) return { result: { outcome: 'visited', taken: held } };
  const taken = Math.min(wanted, freeUnits(current));
  return { write: withHeld(current, executionId, taken), result: { outcome: 'visited', taken } };
}

/**
 * Releases what is held and leaves a tombstone, even where there is nothing. The tombstone remembers what was held, and
 * `seeking` stays: a repeated close, by whoever goes on for one that died, finds what the first one did.
 */
export function closeSlot(
  shard: StockShard | undefined,
  itemId: string,
  index: number,
  executionId: string,
): Decision<ClosedSlot> {
  const current = shard ?? emptyShard(itemId, index);
  const wasSeeking = current.seeking.includes(executionId);
  if (current.closed.includes(executionId)) {
    return { result: { units: current.released?.[executionId] ?? 0, wasSeeking } };
  }
  const { [executionId]: units = 0, ...held } = current.held;
  const closed = { ...current, held, closed: [...current.closed, executionId] };
  return {
    write: units === 0 ? closed : { ...closed, released: { ...current.released, [executionId]: units } },
    result: { units, wasSeeking },
  };
}

/** How executions ended that can change nothing any more. */
export interface Ended {
  readonly succeeded: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/**
 * Folds entries of executions that ended for good: units of SUCCEEDED ones become sold, tombstones of FAILED ones go. An
 * entry that contradicts its execution's end (held by a FAILED one) stays, for somebody to see.
 */
export function foldEnded(shard: StockShard, { succeeded, failed }: Ended): Decision<{ readonly folded: number }> {
  const sold = Object.entries(shard.held).filter(([executionId]) => succeeded.has(executionId));
  const buried = shard.closed.filter((executionId) => failed.has(executionId));
  const folded = sold.length + buried.length;
  if (folded === 0) return { result: { folded } };
  const gone = new Set([...sold.map(([executionId]) => executionId), ...buried]);
  const staying = (entries: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(entries).filter(([executionId]) => !gone.has(executionId)));
  return {
    write: {
      ...shard,
      sold: sold.reduce((sum, [, units]) => sum + units, shard.sold),
      held: staying(shard.held),
      closed: shard.closed.filter((executionId) => !gone.has(executionId)),
      ...(shard.released && { released: staying(shard.released) }),
      seeking: shard.seeking.filter((executionId) => !gone.has(executionId)),
    },
    result: { folded },
  };
}

function withHeld(shard: StockShard, executionId: string, units: number): StockShard {
  return { ...shard, held: { ...shard.held, [executionId]: units } };
}

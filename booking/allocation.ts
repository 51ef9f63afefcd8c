import { emptyShard, usedUnits, type Decision, type StockShard } from './stock.ts';

/**
 * How an item's units are spread over its shards, as the item's document says it, and how the shards come to it without
 * a unit too many at any moment: first every shard goes down to its share (or says that it has used more by now), and
 * only then any goes up. Shards bear the revision, so an older allocation never overwrites a newer one, and repeating a
 * step changes nothing: whoever finds an allocation half carried out completes it.
 */
export interface Allocation {
  readonly revision: number;
  /** By shard number. */
  readonly shares: readonly number[];
}

/** Every shard keeps what it used; what is free is spread evenly. `undefined` when more is used than there would be. */
export function planShares(units: number, used: readonly number[]): readonly number[] | undefined {
  const free = units - used.reduce((sum, each) => sum + each, 0);
  if (free < 0) return undefined;
  const rest = free % used.length;
  return used.map((each, index) => each + Math.floor(free / used.length) + (index < rest ? 1 : 0));
}

export type Lowering = 'lowered' | 'used-more' | 'newer';

export function lowerToShare(
  shard: StockShard | undefined,
  itemId: string,
  index: number,
  { revision, shares }: Allocation,
): Decision<Lowering> {
  const current = shard ?? emptyShard(itemId, index);
  if (current.revision > revision) return { result: 'newer' };
  if (current.revision === revision) return { result: 'lowered' };
  const share = shares[index] ?? 0;
  if (usedUnits(current) > share) return { result: 'used-more' };
  return { write: { ...current, revision, units: Math.min(current.units, share) }, result: 'lowered' };
}

/** Only once every shard is lowered. */
export function raiseToShare(
  shard: StockShard | undefined,
  index: number,
  { revision, shares }: Allocation,
): Decision<void> {
  const share = shares[index] ?? 0;
  if (shard === undefined || shard.revision !== revision || shard.units >= share) return { result: undefined };
  return { write: { ...shard, units: share }, result: undefined };
}

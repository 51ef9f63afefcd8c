import { homeShardOf, STOCK_SHARDS } from '../../booking/stock.ts';

export interface ExecutionIdOptions {
  /** The instant inside the id, milliseconds since the epoch. */
  readonly at?: number;
  /** Tells ids of one instant apart. */
  readonly n?: number;
  /** The stock shard that is to be its home. */
  readonly home?: number;
  readonly shards?: number;
}

/** The same id for the same options: a UUIDv7 of an instant. */
export function anExecutionId({
  at = Date.UTC(2026, 0, 1),
  n = 0,
  home,
  shards = STOCK_SHARDS,
}: ExecutionIdOptions = {}): string {
  const instant = at.toString(16).padStart(12, '0');
  for (let tail = n * 0x1000; ; tail += 1) {
    const id = `${instant.slice(0, 8)}-${instant.slice(8)}-7000-8000-${tail.toString(16).padStart(12, '0')}`;
    if (home === undefined || homeShardOf(id, shards) === home) return id;
  }
}

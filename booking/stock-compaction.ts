import { instantOf } from '../workflow/execution-id.ts';
import { isExecutionId } from '../workflow/keys.ts';
import { STOCK_HORIZON_MS } from './horizon.ts';
import { foldEnded, type StockShard } from './stock.ts';
import type { StockStore } from './stock-store.ts';

/** How an execution ended: `endedAt` from S3's LastModified. `undefined` as long as it has not, or when nobody knows it. */
export type StatusOf = (
  executionId: string,
) => Promise<{ readonly status: 'SUCCEEDED' | 'FAILED'; readonly endedAt: number } | undefined>;

export interface CompactStockOptions {
  readonly stock: StockStore;
  readonly itemId: string;
  readonly statusOf: StatusOf;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Executions asked for, for each of the item's documents; what is left is for the next call. */
  readonly maxAsked?: number;
  /** Draws from [0, 1): where among too many to begin, so that entries that never end keep no others waiting. */
  readonly random?: () => number;
}

export interface Compaction {
  readonly asked: number;
  readonly folded: number;
  /** Entries old enough to be asked for that this call did not come to. */
  readonly left: number;
  /** Whether the documents, as they were read, had no entry at all: until they change there is nothing to fold. */
  readonly isEmpty: boolean;
}

const MAX_ASKED = 250;
const ASK_TOGETHER = 16;

/** Folds an item's entries of executions that ended longer than the horizon ago, so that its documents stay small. */
export async function compactStock({
  stock,
  itemId,
  statusOf,
  now,
  maxAsked = MAX_ASKED,
  random = () => 0,
}: CompactStockOptions): Promise<Compaction> {
  let asked = 0;
  let folded = 0;
  let left = 0;
  let isEmpty = true;
  const shards = await stock.readAll(itemId);
  for (const [index, shard] of shards.entries()) {
    isEmpty &&= shard === undefined || entriesOf(shard).length === 0;
    const old = shard === undefined ? [] : oldEntries(shard, now);
    const first = Math.floor(random() * Math.max(1, old.length - maxAsked + 1));
    const asking = old.slice(first, first + maxAsked);
    asked += asking.length;
    left += old.length - asking.length;
    const ended = await askAll(asking, statusOf, now);
    if (ended.succeeded.size + ended.failed.size === 0) continue;
    const result = await stock.updateShard(itemId, index, (current) =>
      current === undefined ? { result: { folded: 0 } } : foldEnded(current, ended),
    );
    folded += result.folded;
  }
  return { asked, folded, left, isEmpty };
}

/** Oldest first. An id's instant only says whom it is worth asking for; S3's times decide. */
function oldEntries(shard: StockShard, now: number): readonly string[] {
  return entriesOf(shard)
    .filter((id) => isExecutionId(id) && instantOf(id) < now - STOCK_HORIZON_MS)
    .sort();
}

function entriesOf(shard: StockShard): readonly string[] {
  return [...new Set([...Object.keys(shard.held), ...shard.closed])];
}

async function askAll(executionIds: readonly string[], statusOf: StatusOf, now: number) {
  const succeeded = new Set<string>();
  const failed = new Set<string>();
  for (let start = 0; start < executionIds.length; start += ASK_TOGETHER) {
    const together = executionIds.slice(start, start + ASK_TOGETHER);
    const answers = await Promise.all(
      together.map(async (executionId) => ({ executionId, end: await statusOf(executionId) })),
    );
    for (const { executionId, end } of answers) {
      if (end === undefined || end.endedAt >= now - STOCK_HORIZON_MS) continue;
      (end.status === 'SUCCEEDED' ? succeeded : failed).add(executionId);
    }
  }
  return { succeeded, failed };
}

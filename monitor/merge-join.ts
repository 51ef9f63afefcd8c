import type { ListedObject } from '../storage/object-store.ts';
import { parseFactKey, type FactKey } from '../workflow/keys.ts';

/** An order and what the state storage has of its execution, as far as listings tell. */
export interface JoinedExecution {
  readonly executionId: string;
  /** S3's LastModified of the order. */
  readonly orderedAt: number;
  readonly facts: readonly ListedFact[];
}

export interface ListedFact {
  readonly key: FactKey;
  readonly at: number;
}

/**
 * Joins the listing of `orders/` with the listing of `executions/`: both ascend by execution id, so that one pass over
 * each, a page in memory at a time, is enough. Facts without an order (it expired first) are passed over; so are keys
 * that are no fact's.
 */
export async function* mergeJoin(
  orders: AsyncIterable<ListedObject>,
  facts: AsyncIterable<ListedObject>,
): AsyncGenerator<JoinedExecution, void, undefined> {
  const remaining: AsyncIterator<ListedObject, unknown> = facts[Symbol.asyncIterator]();
  try {
    let next = await nextFact(remaining);
    for await (const order of orders) {
      const key = parseFactKey(order.key);
      if (key?.kind !== 'order') continue;
      const { executionId } = key;
      while (next !== undefined && next.key.executionId < executionId) next = await nextFact(remaining);
      const own: ListedFact[] = [];
      while (next !== undefined && next.key.executionId === executionId) {
        own.push(next);
        next = await nextFact(remaining);
      }
      yield { executionId, orderedAt: order.lastModifiedAt, facts: own };
    }
  } finally {
    await remaining.return?.(undefined);
  }
}

async function nextFact(facts: AsyncIterator<ListedObject, unknown>): Promise<ListedFact | undefined> {
  for (;;) {
    const next = await facts.next();
    if (next.done === true) return undefined;
    const key = parseFactKey(next.value.key);
    if (key !== undefined) return { key, at: next.value.lastModifiedAt };
  }
}

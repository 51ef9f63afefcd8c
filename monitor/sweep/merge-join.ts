import type { ListedObject } from '../../storage/object-store.ts';
import { parseFactKey, type FactKey } from '../../workflow/keys.ts';

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

/** Facts whose order is not there: it has expired, or somebody removed it. */
export interface OrderlessFacts {
  readonly executionId: string;
  readonly orderedAt: undefined;
  readonly facts: readonly ListedFact[];
}

/**
 * Joins the listing of `orders/` with the listing of `executions/`: both ascend by execution id, so that one pass over
 * each, a page in memory at a time, is enough. Keys that are no fact's are passed over.
 */
export async function* joinListings(
  orders: AsyncIterable<ListedObject>,
  facts: AsyncIterable<ListedObject>,
): AsyncGenerator<JoinedExecution | OrderlessFacts, void, undefined> {
  const remaining: AsyncIterator<ListedObject, unknown> = facts[Symbol.asyncIterator]();
  let next: ListedFact | undefined;
  const takeFactsOf = async (executionId: string) => {
    const own: ListedFact[] = [];
    while (next !== undefined && next.key.executionId === executionId) {
      own.push(next);
      next = await nextFact(remaining);
    }
    return own;
  };
  async function* orderlessBefore(executionId: string): AsyncGenerator<OrderlessFacts, void, undefined> {
    while (next !== undefined && next.key.executionId < executionId) {
      const { executionId: own } = next.key;
      yield { executionId: own, orderedAt: undefined, facts: await takeFactsOf(own) };
    }
  }
  try {
    next = await nextFact(remaining);
    for await (const order of orders) {
      const key = parseFactKey(order.key);
      if (key?.kind !== 'order') continue;
      const { executionId } = key;
      yield* orderlessBefore(executionId);
      yield { executionId, orderedAt: order.lastModifiedAt, facts: await takeFactsOf(executionId) };
    }
    yield* orderlessBefore(BEHIND_EVERY_ID);
  } finally {
    await remaining.return?.(undefined);
  }
}

/** The same without facts that have no order. */
export async function* mergeJoin(
  orders: AsyncIterable<ListedObject>,
  facts: AsyncIterable<ListedObject>,
): AsyncGenerator<JoinedExecution, void, undefined> {
  for await (const joined of joinListings(orders, facts)) if (joined.orderedAt !== undefined) yield joined;
}

/** Ids are hexadecimal. */
const BEHIND_EVERY_ID = 'g';

async function nextFact(facts: AsyncIterator<ListedObject, unknown>): Promise<ListedFact | undefined> {
  for (;;) {
    const next = await facts.next();
    if (next.done === true) return undefined;
    const key = parseFactKey(next.value.key);
    if (key !== undefined) return { key, at: next.value.lastModifiedAt };
  }
}

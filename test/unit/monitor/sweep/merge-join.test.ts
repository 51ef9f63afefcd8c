import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinListings, mergeJoin } from '../../../../monitor/sweep/merge-join.ts';
import { suspect } from '../../../../monitor/sweep/suspicion.ts';
import type { ListedObject } from '../../../../storage/object-store.ts';
import { orderKey, recoveryKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { anExecutionId } from '../../../support/an-execution-id.ts';
import { DEADLINE_MS, DEFINITION, EXECUTION, TIMING } from '../builders.ts';

async function* listing(keys: readonly string[]): AsyncGenerator<ListedObject> {
  for (const key of [...keys].sort()) yield await Promise.resolve({ key, etag: '', lastModifiedAt: 7 });
}

async function join(orders: readonly string[], facts: readonly string[]) {
  const joined: Record<string, number> = {};
  for await (const { executionId, facts: own } of mergeJoin(listing(orders), listing(facts)))
    joined[executionId] = own.length;
  return joined;
}

describe('joining orders with their facts', () => {
  it('gives every order exactly its own facts, whatever else lies there', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => anExecutionId({ n }));
    const subset = fc.subarray(ids);
    await fc.assert(
      fc.asyncProperty(subset, subset, subset, async (ordered, confirmed, paid) => {
        const facts = [
          ...confirmed.map((id) => stepRecordKey(id, 'confirm-order')),
          ...paid.map((id) => stepRecordKey(id, 'payment')),
          'executions/note.txt',
        ];
        const joined = await join([...ordered.map(orderKey), 'orders/readme.txt'], facts);
        const expected = ordered.map((id) => [id, Number(confirmed.includes(id)) + Number(paid.includes(id))]);
        expect(joined).toEqual(Object.fromEntries(expected));
      }),
    );
  });
});

describe('joining orders with facts that may have none', () => {
  it('gives every execution once, in order, and says whose order is missing', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => anExecutionId({ n }));
    const subset = fc.subarray(ids);
    await fc.assert(
      fc.asyncProperty(subset, subset, subset, async (ordered, confirmed, paid) => {
        const facts = [
          ...confirmed.map((id) => stepRecordKey(id, 'confirm-order')),
          ...paid.map((id) => stepRecordKey(id, 'payment')),
        ];
        const found: [id: string, isOrdered: boolean, facts: number][] = [];
        for await (const { executionId, orderedAt, facts: own } of joinListings(
          listing(ordered.map(orderKey)),
          listing(facts),
        ))
          found.push([executionId, orderedAt !== undefined, own.length]);
        const factsOf = (id: string) => Number(confirmed.includes(id)) + Number(paid.includes(id));
        const expected = ids.filter((id) => ordered.includes(id) || factsOf(id) > 0);
        expect(found).toEqual(expected.map((id) => [id, ordered.includes(id), factsOf(id)]));
      }),
    );
  });
});

describe('what listings alone say', () => {
  const at = 1_000_000;
  const joined = (...facts: { key: string; at: number }[]) => ({
    executionId: EXECUTION,
    orderedAt: at,
    facts: facts.map((fact) => ({
      ...fact,
      key: {
        kind: fact.key === recoveryKey(EXECUTION) ? ('recovery' as const) : ('step-record' as const),
        executionId: EXECUTION,
        step: fact.key.split('/').at(-1)?.replace('.json', '') ?? '',
      },
    })),
  });
  const confirmed = { key: stepRecordKey(EXECUTION, 'confirm-order'), at: at + 1000 };
  const paid = { key: stepRecordKey(EXECUTION, 'payment'), at: at + 2000 };

  it.each([
    ['in-time', joined(), at],
    ['in-time', joined(), at + DEADLINE_MS - 1],
    ['overdue', joined(), at + DEADLINE_MS],
    ['in-time', joined(confirmed), at + DEADLINE_MS],
    ['overdue', joined(confirmed), at + 1000 + DEADLINE_MS],
    ['has-records', joined(confirmed, paid), at],
    ['ended', joined(confirmed, paid, { key: recoveryKey(EXECUTION), at }), at],
  ] as const)('is %s', (suspicion, execution, now) => {
    expect(suspect(DEFINITION, execution, TIMING, now)).toBe(suspicion);
  });
});

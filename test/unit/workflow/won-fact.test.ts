import { describe, expect, it } from 'vitest';
import { assembleFacts, type RawFact } from '../../../workflow/facts.ts';
import { withWonFact, type WonFact } from '../../../workflow/won-fact.ts';
import { EXECUTION, fact } from './builders.ts';

const BEFORE = [fact.order(), fact.succeeded('reserve', 1), fact.claim('pay', 2, 2), fact.claim('pay', 3, 4)];

/** As the examiner has it: the value that was written, and by which key. */
function won({ key, body }: RawFact): WonFact {
  return { kind: key.kind, value: body } as WonFact;
}

describe('facts with one that was won', () => {
  it.each([
    ['a record', fact.failed('pay', 5)],
    ['the first fact of a step', fact.failed('other', 5)],
    ['a claim', fact.claim('pay', 4, 5)],
    ['an invocation of what is claimed', fact.invoked('pay', 2, 3)],
  ])('are as if it had been read: %s', (_, added) => {
    const facts = withWonFact(assembleFacts(EXECUTION, BEFORE), won(added), added.at);
    expect(facts).toEqual(assembleFacts(EXECUTION, [...BEFORE, added]));
  });

  it('leave those as they were to which it was added', () => {
    const facts = assembleFacts(EXECUTION, BEFORE);
    withWonFact(facts, won(fact.invoked('pay', 2, 3)), 0);
    withWonFact(facts, won(fact.failed('pay', 5)), 0);
    expect(facts).toEqual(assembleFacts(EXECUTION, BEFORE));
  });
});

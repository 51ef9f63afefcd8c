import { describe, expect, it } from 'vitest';
import { handlersFor } from '../../../recovery/handlers-for.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { aHandler } from './a-recovery.ts';

const retry = { maxAttempts: 1, baseMs: 0, maxMs: 0 };

/** a, then b and c beside each other; d follows b, e follows c. */
const BRANCHED: WorkflowDefinition = {
  name: 'branched',
  version: 1,
  steps: [
    { name: 'a', retry },
    { name: 'b', after: 'a', retry },
    { name: 'c', after: 'a', retry },
    { name: 'd', after: 'b', retry },
    { name: 'e', after: 'c', retry },
  ],
};

const HANDLERS = ['a', 'b', 'c', 'd', 'e'].map((step) => aHandler({ step, name: step }));

function namesFor(failedStep: string, handlers = HANDLERS): readonly string[] {
  return handlersFor(BRANCHED, failedStep, handlers).map(({ name }) => name);
}

describe('the handlers of a failed execution', () => {
  it.each([
    ['a', ['a']],
    ['b', ['e', 'c', 'b', 'a']],
    ['c', ['d', 'c', 'b', 'a']],
    ['d', ['e', 'd', 'c', 'b', 'a']],
  ])('whose step %s failed are those of every step that may have run, last step first', (failed, names) => {
    expect(namesFor(failed)).toEqual(names);
  });

  it('are also those of functions that its FAILED record starts, as they know nothing of records', () => {
    const adopted = new Set(['b', 'd', 'e']);
    const steps = BRANCHED.steps.map((step) => ({
      ...step,
      ...(adopted.has(step.name) && { result: { store: 'appStore', key: `${step.name}/{executionId}` } as const }),
    }));
    const names = (failed: string) => handlersFor({ ...BRANCHED, steps }, failed, HANDLERS).map(({ name }) => name);
    // d waits for b, which gets no record; c reads the record of a and ends.
    expect(names('a')).toEqual(['b', 'a']);
    expect(names('b')).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(names('c')).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('are none where the application undoes nothing', () => {
    expect(namesFor('b', [])).toEqual([]);
    expect(namesFor('a', HANDLERS.slice(1))).toEqual([]);
  });

  it('of one step run in the order in which they were given', () => {
    const handlers = [
      aHandler({ step: 'b', name: 'second' }),
      ...HANDLERS.slice(0, 1),
      aHandler({ step: 'b', name: 'third' }),
    ];
    expect(namesFor('b', handlers)).toEqual(['second', 'third', 'a']);
  });

  it('leaves the definition as it was', () => {
    namesFor('d');
    expect(BRANCHED.steps.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

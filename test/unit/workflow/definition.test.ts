import { describe, expect, it } from 'vitest';
import { BOOKING } from '../../../booking/workflow.ts';
import {
  definitionErrors,
  stepNamed,
  triggerOf,
  type StepDefinition,
  type WorkflowDefinition,
} from '../../../workflow/definition.ts';

const RETRY = { maxAttempts: 3, baseMs: 500, maxMs: 1000 };

const RESULT = { store: 'appStore', key: 'receipts/{executionId}.txt' } as const;

function aWorkflow(...steps: Partial<StepDefinition>[]): WorkflowDefinition {
  return { name: 'w', version: 1, steps: steps.map((step) => ({ name: 'a', retry: RETRY, ...step })) };
}

describe('definition', () => {
  it.each<[string, WorkflowDefinition, RegExp]>([
    ['no steps', aWorkflow(), /w has no steps/],
    ['a name in upper case', aWorkflow({ name: 'Pay' }), /"Pay" is not kebab-case/],
    ['a name with a dot, which would read as an attempt', aWorkflow({ name: 'pay.attempt-2' }), /not kebab-case/],
    ['an empty name', aWorkflow({ name: '' }), /"" is not kebab-case/],
    ['a name that is too long', aWorkflow({ name: 'a'.repeat(64) }), /at most 63/],
    ['a step called recovery', aWorkflow({ name: 'recovery' }), /recovery is taken/],
    ['a step called redrive', aWorkflow({ name: 'redrive' }), /redrive is taken/],
    ['a step called like a request', aWorkflow({ name: 'recovery-request-1' }), /recovery-request-1 is taken/],
    ['a step called like a failed recovery', aWorkflow({ name: 'recovery-attempt-1' }), /recovery-attempt-1 is taken/],
    ['two steps of one name', aWorkflow({}, {}), /a is defined twice/],
    ['a step that waits for itself', aWorkflow({ after: 'a' }), /waits for a, which no earlier step/],
    [
      'a step that waits for a later one',
      aWorkflow({ name: 'b', after: 'c' }, { name: 'c' }),
      /b waits for c, which no earlier/,
    ],
    ['no attempt', aWorkflow({ retry: { ...RETRY, maxAttempts: 0 } }), /maxAttempts is 0/],
    ['too many attempts', aWorkflow({ retry: { ...RETRY, maxAttempts: 11 } }), /from 1 to 10/],
    ['half an attempt', aWorkflow({ retry: { ...RETRY, maxAttempts: 1.5 } }), /maxAttempts is 1.5/],
    ['a negative pause', aWorkflow({ retry: { ...RETRY, baseMs: -1 } }), /baseMs -1/],
    ['a longest pause below the first', aWorkflow({ retry: { ...RETRY, maxMs: 1 } }), /maxMs 1/],
    ['no number for a pause', aWorkflow({ retry: { ...RETRY, baseMs: Number.NaN } }), /baseMs NaN/],
    [
      'a result that executions would share',
      aWorkflow({ result: { store: 'appStore', key: 'receipts/receipt.txt' } }),
      /step a: its result's key "receipts\/receipt.txt" must contain \{executionId\} once/,
    ],
    ['printed keys of a function that writes its record', aWorkflow({ printsTriggerKey: true }), /has no result/],
    [
      'a result in the place of another',
      aWorkflow({ result: RESULT }, { name: 'b', result: RESULT }),
      /step b: another step's result lies in appStore receipts/,
    ],
    [
      'more facts than are read',
      aWorkflow(...Array.from({ length: 15 }, (_, n) => ({ name: `s${n}`, retry: { ...RETRY, maxAttempts: 10 } }))),
      /may come to 1207 facts, more than 999/,
    ],
    [
      'a kind that is never tried again',
      aWorkflow({ retry: { ...RETRY, kinds: ['REJECTED' as 'TIMEOUT'] } }),
      /step a: it tries "REJECTED" again/,
    ],
    ['a deadline of nothing', aWorkflow({ deadlineMs: 0 }), /step a: deadlineMs is 0/],
    ['a pause without end', aWorkflow({ retry: { ...RETRY, maxMs: Infinity } }), /≤ 86400000/],
  ])('cannot run with %s', (_, definition, message) => {
    expect(definitionErrors(definition).join('; ')).toMatch(message);
  });

  it('names everything that is wrong at once', () => {
    const definition = aWorkflow({ name: 'B' }, { name: 'c', after: 'nobody', retry: { ...RETRY, maxAttempts: 0 } });
    expect(definitionErrors(definition)).toHaveLength(3);
  });

  it('can run with branches, as each step follows the one that it waits for', () => {
    const definition = aWorkflow({}, { name: 'b', after: 'a' }, { name: 'c', after: 'a' });
    expect(definitionErrors(definition)).toEqual([]);
  });

  it('can run with ten steps of ten attempts each, of functions that are not ours', () => {
    const steps = Array.from({ length: 10 }, (_, n) => ({
      name: `s${n}`,
      retry: { ...RETRY, maxAttempts: 10 },
      result: { store: 'stateStorage', key: `results/{executionId}/${n}` } as const,
    }));
    expect(definitionErrors(aWorkflow(...steps))).toEqual([]);
  });

  it('can run the booking', () => {
    expect(definitionErrors(BOOKING)).toEqual([]);
  });

  it('names the steps there are when asked for one there is not', () => {
    expect(() => stepNamed(BOOKING, 'ship')).toThrow(
      new RangeError('workflow booking has no step "ship"; its steps are confirm-order, payment'),
    );
  });

  it('starts a step by the order, or by the record of the step it waits for', () => {
    expect(triggerOf({ name: 'a', retry: RETRY })).toEqual({ kind: 'order' });
    expect(triggerOf({ name: 'b', after: 'a', retry: RETRY })).toEqual({ kind: 'step-record', step: 'a' });
  });
});

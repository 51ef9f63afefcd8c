import { describe, expect, it } from 'vitest';
import { nextActions } from '../../../workflow/decisions.ts';
import { foldExecution } from '../../../workflow/execution.ts';
import { assembleFacts, type RawFact } from '../../../workflow/facts.ts';
import { nextResultLookAt } from '../../../workflow/result-look.ts';
import { DEADLINE_MS, DEFINITION, EXECUTION, TIMING } from '../monitor/builders.ts';
import { claimFact, orderFact, S3_TIME, successFact } from './raw-facts.ts';

const [CONFIRM, PAYMENT] = DEFINITION.steps;
const ADOPTED = {
  ...DEFINITION,
  steps: [CONFIRM!, { ...PAYMENT!, result: { store: 'appStore', key: 'receipts/{executionId}.txt' } as const }],
};
const TRIGGERED = S3_TIME + 1000;

function actionsAt(now: number, ...raw: readonly RawFact[]) {
  const facts = assembleFacts(EXECUTION, [orderFact(), successFact('confirm-order'), ...raw]);
  return nextActions(foldExecution(ADOPTED, facts), TIMING, now);
}

describe('a result that is awaited', () => {
  it('is never looked for beyond the deadline of its step', () => {
    const dueAt = TRIGGERED + DEADLINE_MS;
    expect(actionsAt(dueAt - 1)).toEqual([{ kind: 'look-again', at: dueAt }]);
    expect(actionsAt(dueAt)).toEqual([{ kind: 'give-up-waiting', step: 'payment', attempt: 1, since: TRIGGERED }]);
  });

  it('is looked for before the next attempt is invoked, and not instead of it', () => {
    const invokeAt = TRIGGERED + 60_000;
    expect(actionsAt(TRIGGERED, claimFact('payment', 2, invokeAt))).toEqual([
      { kind: 'look-again', at: TRIGGERED + 500 },
    ]);
    expect(actionsAt(invokeAt, claimFact('payment', 2, invokeAt))).toEqual([
      { kind: 'invoke', step: 'payment', attempt: 2 },
    ]);
  });

  it('is not looked for while only steps run that write their own record', () => {
    const execution = foldExecution(ADOPTED, assembleFacts(EXECUTION, [orderFact()]));
    expect(nextActions(execution, TIMING, S3_TIME)).toEqual([{ kind: 'look-again', at: S3_TIME + DEADLINE_MS }]);
  });

  it('is looked for ever more slowly, with a bound on the pauses and on their number', () => {
    const pauses: number[] = [];
    for (let now = 0; now < 60_000;) {
      const at = nextResultLookAt(0, 120_000, now);
      pauses.push(at - now);
      now = at;
    }
    expect(pauses.slice(0, 4)).toEqual([500, 500, 500, 750]);
    expect(pauses).toHaveLength(13);
    expect(nextResultLookAt(0, 120_000, 900_000)).toBe(930_000);
    expect(nextResultLookAt(0, 0, 900_000)).toBe(900_500);
  });
});

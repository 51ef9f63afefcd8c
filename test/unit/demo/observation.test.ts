import { describe, expect, it } from 'vitest';
import { isUntroubled, observe } from '../../../demo/scenarios/observation.ts';
import type { OrderScenario } from '../../../demo/scenarios/scenario.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { aFailedOrder, aFailureDocument, aStepDocument, aSucceededOrder } from './an-order-document.ts';

function scenario(name: string): OrderScenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found?.kind !== 'order') throw new Error(`there is no scenario ${name}`);
  return found;
}

const unavailable = aFailureDocument({ kind: 'STORAGE_UNAVAILABLE' });
const failedAfter = (attempts: number, failure = unavailable) =>
  aFailedOrder({
    steps: [
      aStepDocument(),
      aStepDocument({
        name: 'payment',
        status: 'FAILED',
        attempts: Array.from({ length: attempts }, (_, index) => ({ attempt: index + 1, failure })),
      }),
    ],
    failure: { ...failure, step: 'payment' },
  });
const coped = aSucceededOrder({
  steps: [
    aStepDocument(),
    aStepDocument({ name: 'payment', attempts: [{ attempt: 1, failure: unavailable }, { attempt: 2 }] }),
  ],
});

describe('what an order says of the fault that was put in before it', () => {
  it.each(['access-denied', 'lost-event', 'heals-in-time', 'throttled', 'first-function-fails'])(
    'says that it is not in force when it went through as if nothing was wrong: %s',
    (name) => {
      expect(observe(aSucceededOrder(), scenario(name))).toBe('not-in-force');
    },
  );

  it('says that it was met when the order failed, whatever the kind: that is judged, not repeated', () => {
    expect(observe(aFailedOrder(), scenario('access-denied'))).toBe('met');
    expect(observe(aFailedOrder(), scenario('lost-event'))).toBe('met');
  });

  it('says that it was met when the order succeeded with a failure that was coped with', () => {
    expect(observe(coped, scenario('lost-event'))).toBe('met');
    expect(observe(coped, scenario('heals-in-time'))).toBe('met');
  });

  it('says that the repair came too late when the attempts were spent on the fault before it', () => {
    expect(observe(failedAfter(3), scenario('heals-in-time'))).toBe('repaired-too-late');
  });

  it.each([
    ['attempts were left', failedAfter(2)],
    ['it failed in another way', failedAfter(3, aFailureDocument({ kind: 'TYPE_ERROR' }))],
  ])('does not blame the repair when %s', (_what, order) => {
    expect(observe(order, scenario('heals-in-time'))).toBe('met');
  });

  it('does not blame a repair that there is only after the end', () => {
    expect(observe(failedAfter(3), scenario('storage-unreachable'))).toBe('met');
  });
});

describe('an untroubled order', () => {
  it('had one attempt of each step and no failure', () => {
    expect(isUntroubled(aSucceededOrder())).toBe(true);
    expect(isUntroubled(coped)).toBe(false);
    expect(isUntroubled(aFailedOrder())).toBe(false);
  });

  it('had no second attempt, even where no failure of the first is told', () => {
    const steps = [aStepDocument(), aStepDocument({ name: 'payment', attempts: [{ attempt: 1 }, { attempt: 2 }] })];
    expect(isUntroubled(aSucceededOrder({ steps }))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { RECOVERY_METRICS } from '../../../../recovery/metric-names.ts';
import type { StepPolicies } from '../../../../workflow/policies.ts';
import { recoveryKey, recoveryRequestKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { theExaminer } from './an-examiner.ts';
import { aFailedRecord, aFailure, DEFINITION, EXECUTION } from '../builders.ts';

const HOUR_MS = 3_600_000;
const typeError = { step: 'payment', failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' }) };

/** Examiners of a booking whose payment has this policy, and of which confirm-order has succeeded. */
function aBooking(payment: Partial<StepPolicies> = { onGivingUp: 'hold' }) {
  const steps = DEFINITION.steps.map((step) => (step.name === 'payment' ? { ...step, ...payment } : step));
  const world = theExaminer({ definition: { ...DEFINITION, steps } });
  world.placeConfirmed();
  const fact = (key: string) => world.s3.json(STATE_STORAGE_BUCKET, key);
  const ask = (request = 1) =>
    world.placeFact(recoveryRequestKey(EXECUTION, request), { executionId: EXECUTION, request, requestedAt: 1 });
  return { ...world, fact, ask };
}

describe('an execution that is held', () => {
  it('is fenced, and nothing of it is undone before a person asks', async () => {
    const { examiner, clock, fact, ask, looks, undone, metrics } = aBooking();
    expect(await examiner.examine(EXECUTION, [typeError])).toBe('open');
    expect(fact(stepRecordKey(EXECUTION, 'payment'))).toMatchObject({ status: 'FAILED', isHeld: true });
    expect(looks).toEqual([{ executionId: EXECUTION, at: clock.now() + HOUR_MS }]);
    await clock.advance(100 * HOUR_MS);
    expect(await examiner.examine(EXECUTION, [])).toBe('open');
    expect(undone).toEqual([]);
    expect(metrics.total(RECOVERY_METRICS.executionsHeld)).toBe(1);
    expect(metrics.total(RECOVERY_METRICS.executionsFailed)).toBe(0);
    ask();
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(undone).toEqual(['payment', 'confirm-order']);
    expect(fact(recoveryKey(EXECUTION))).toBeDefined();
  });

  it('is counted once, when two monitors give it up at once', async () => {
    const { anExaminer, metrics, undone } = aBooking();
    await Promise.all([anExaminer(), anExaminer()].map((examiner) => examiner.examine(EXECUTION, [typeError])));
    expect(metrics.total(RECOVERY_METRICS.executionsHeld)).toBe(1);
    expect(undone).toEqual([]);
  });

  it('is not undone for a step beside the held one, which was given up a moment before by somebody else', async () => {
    const steps = DEFINITION.steps.map(({ name, retry }) => ({ name, retry, onGivingUp: 'hold' as const }));
    const [confirmOrder, payment] = steps;
    const definition = {
      ...DEFINITION,
      steps: [{ ...confirmOrder, onGivingUp: 'recover' as const }, payment],
    } as typeof DEFINITION;
    const { examiner, s3, undone, placeOrder, placeFact } = theExaminer({ definition });
    placeOrder();
    s3.before({ operation: 'PutObject', key: stepRecordKey(EXECUTION, 'confirm-order') }, () =>
      placeFact(stepRecordKey(EXECUTION, 'payment'), {
        ...aFailedRecord('payment', { kind: 'TYPE_ERROR' }),
        isHeld: true,
      }),
    );
    expect(await examiner.examine(EXECUTION, [{ ...typeError, step: 'confirm-order' }])).toBe('open');
    expect(undone).toEqual([]);
  });

  it('stays held when the workflow is deployed anew without the policy', async () => {
    const { examiner, fact } = aBooking();
    await examiner.examine(EXECUTION, [typeError]);
    const later = aBooking({});
    later.placeFact(stepRecordKey(EXECUTION, 'payment'), fact(stepRecordKey(EXECUTION, 'payment')));
    expect(await later.examiner.examine(EXECUTION, [])).toBe('open');
    expect(later.undone).toEqual([]);
  });

  it.each([0, 1, 2, 3])(
    'ends the same after dying at write %i of its failure, its request and its recovery',
    async (skip) => {
      const { anExaminer, s3, fact, ask, undone } = aBooking();
      s3.fail('done-then-unavailable', { operation: 'PutObject', skip });
      for (let look = 0; look < 2; look += 1)
        await anExaminer()
          .examine(EXECUTION, [typeError])
          .catch(() => 'died');
      expect(undone).toEqual([]);
      ask();
      for (let look = 0; look < 2; look += 1)
        await anExaminer()
          .examine(EXECUTION, [])
          .catch(() => 'died');
      expect(fact(recoveryKey(EXECUTION))).toBeDefined();
    },
  );

  it('is none that the function rejected: a business end recovers by itself', async () => {
    const { examiner, placeFact, undone, metrics } = aBooking();
    placeFact(stepRecordKey(EXECUTION, 'payment'), aFailedRecord('payment', { kind: 'REJECTED', signal: 'function' }));
    expect(await examiner.examine(EXECUTION, [])).toBe('ended');
    expect(undone).toEqual(['payment', 'confirm-order']);
    expect(metrics.total(RECOVERY_METRICS.executionsHeld)).toBe(0);
  });

  it('is none that is tried again', async () => {
    const { examiner, fact } = aBooking();
    await examiner.examine(EXECUTION, [{ step: 'payment', failure: aFailure() }]);
    expect(fact(stepRecordKey(EXECUTION, 'payment'))).toBeUndefined();
  });
});

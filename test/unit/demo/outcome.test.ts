import { describe, expect, it } from 'vitest';
import { differences, judgedFailure, timesOf, type Effects } from '../../../demo/scenarios/outcome.ts';
import type { Expectation } from '../../../demo/scenarios/scenario.ts';
import { aFailedOrder, aFailureDocument, aStepDocument, aSucceededOrder, SUBMITTED_AT } from './an-order-document.ts';

const FAILS: Expectation = {
  status: 'FAILED',
  failureKinds: ['TYPE_ERROR'],
  steps: { 'confirm-order': 'SUCCEEDED', payment: 'FAILED' },
  attemptsAtLeast: 1,
};
const SUCCEEDS: Expectation = {
  status: 'SUCCEEDED',
  failureKinds: [],
  steps: { 'confirm-order': 'SUCCEEDED', payment: 'SUCCEEDED' },
  attemptsAtLeast: 1,
};
const UNDONE: Effects = { unitsHeld: 0, isStockClosed: true, payment: 'cancelled' };
const KEPT: Effects = { unitsHeld: 1, isStockClosed: false, payment: 'captured' };

describe('the end of a scenario', () => {
  it('is as expected when an order failed, was recovered, and nothing of it is left', () => {
    expect(differences(aFailedOrder(), FAILS, UNDONE, 1)).toEqual([]);
  });

  it('is as expected when an order succeeded and its effects are there', () => {
    expect(differences(aSucceededOrder(), SUCCEEDS, KEPT, 1)).toEqual([]);
  });

  it.each<[string, Partial<Effects>, string]>([
    ['units are still held', { unitsHeld: 1 }, 'still held'],
    ['the stock slot is open', { isStockClosed: false }, 'slot'],
    ['the payment is still captured', { payment: 'captured' }, 'still charged'],
  ])('is not as expected when of a failed order %s', (_what, effects, hint) => {
    expect(differences(aFailedOrder(), FAILS, { ...UNDONE, ...effects }, 1)).toEqual([expect.stringContaining(hint)]);
  });

  it('is not as expected when a late write should have been refused and none was', () => {
    const expected: Expectation = { ...FAILS, isBarred: true };
    expect(differences(aFailedOrder(), expected, UNDONE, 1)).toEqual([expect.stringContaining('no late write')]);
    const barred = { by: 'slot', write: 'payment-capture' };
    const attempts = [{ attempt: 1, failure: aFailureDocument(), barred }];
    const steps = [aStepDocument(), aStepDocument({ name: 'payment', status: 'FAILED', attempts })];
    expect(differences(aFailedOrder({ steps }), expected, UNDONE, 1)).toEqual([]);
  });

  it('is not as expected when the failed order was never recovered', () => {
    const order = aFailedOrder({ recovery: { failures: [], actions: [] } });
    expect(differences(order, FAILS, UNDONE, 1)).toEqual(['there is no record of a recovery']);
  });

  it('is not as expected when recovery failed less often than it had to', () => {
    const failures = [{ attempt: 1, handler: 'cancel-payment', error: 'AccessDenied', message: 'no' }];
    const order = aFailedOrder({ recovery: { recoveredAt: SUBMITTED_AT + 900, failures, actions: [] } });
    expect(differences(order, { ...FAILS, recoveriesFailedAtLeast: 1 }, UNDONE, 1)).toEqual([]);
    expect(differences(order, { ...FAILS, recoveriesFailedAtLeast: 2 }, UNDONE, 1)).toEqual([
      'recovery failed 1 times before it was done, expected at least 2',
    ]);
  });

  it('is not as expected when the failure is of another kind', () => {
    const order = aFailedOrder({ failure: { ...aFailureDocument({ kind: 'TIMEOUT' }), step: 'payment' } });
    expect(differences(order, FAILS, UNDONE, 1)).toEqual(['the failure is TIMEOUT, expected TYPE_ERROR']);
  });

  it('is not as expected when another signal found the failure than the one that must see it', () => {
    const order = aFailedOrder({ failure: { ...aFailureDocument({ signal: 'deadline' }), step: 'payment' } });
    expect(differences(order, { ...FAILS, foundBy: 'destination' }, UNDONE, 1)).toEqual([
      'the failure was found by deadline, expected destination',
    ]);
    expect(differences(order, { ...FAILS, foundBy: 'deadline' }, UNDONE, 1)).toEqual([]);
  });

  it('is not as expected when an order that should be untroubled had a failure on its way', () => {
    const steps = [
      aStepDocument(),
      aStepDocument({ name: 'payment', attempts: [{ attempt: 1, failure: aFailureDocument() }, { attempt: 2 }] }),
    ];
    expect(differences(aSucceededOrder({ steps }), SUCCEEDS, KEPT, 1)).toEqual([
      'the failure is TYPE_ERROR, expected none',
    ]);
  });

  it('is not as expected when a step was given up after fewer attempts than it has', () => {
    expect(differences(aFailedOrder(), { ...FAILS, attemptsAtLeast: 3 }, UNDONE, 1)).toEqual([
      expect.stringContaining('1 attempts at most, expected at least 3'),
    ]);
  });

  it.each<[string, Partial<Effects>]>([
    ['other units are held than it asked for', { unitsHeld: 2 }],
    ['it is not charged', { payment: 'none' }],
  ])('is not as expected when of a succeeded order %s', (_what, effects) => {
    expect(differences(aSucceededOrder(), SUCCEEDS, { ...KEPT, ...effects }, 1)).toHaveLength(1);
  });

  it('takes the first failure that was found for the detection, and the last one for the verdict', () => {
    const first = aFailureDocument({ kind: 'NO_EVIDENCE', signal: 'deadline', detectedAt: SUBMITTED_AT + 5_600 });
    const last = aFailureDocument({ kind: 'INIT_ERROR', attempt: 2, detectedAt: SUBMITTED_AT + 6_500 });
    const order = aFailedOrder({
      steps: [
        aStepDocument(),
        aStepDocument({
          name: 'payment',
          status: 'FAILED',
          attempts: [
            { attempt: 1, failure: first },
            { attempt: 2, failure: last },
          ],
        }),
      ],
      failure: { ...last, step: 'payment' },
      recovery: { recoveredAt: SUBMITTED_AT + 6_700, failures: [] },
    });
    expect(timesOf(order)).toEqual({ detectedMs: 5_600, recoveredMs: 6_700 });
    expect(judgedFailure(order)?.kind).toBe('INIT_ERROR');
  });

  it('has no times where nothing failed', () => {
    expect(timesOf(aSucceededOrder())).toEqual({ detectedMs: null, recoveredMs: null });
  });
});

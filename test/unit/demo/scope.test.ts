import { describe, expect, it } from 'vitest';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import type { ObservedState } from '../../../demo/state/observed-state.ts';
import { scopeTo } from '../../../demo/state/scope.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput, anOrderRecord } from '../../support/an-order.ts';
import { anExecution, anObservedState, aShard, SUCCEEDED } from './an-observed-state.ts';

const AT = Date.UTC(2026, 0, 1);
const EARLIER = anExecutionId({ at: AT - 1_000, n: 3 });
const LATER = anExecutionId({ at: AT + 3_600_000, n: 4 });
const ofOthers = { itemId: 'ticket' };
const payment = { status: 'captured', paymentId: 'pay_9', total: 2500 } as const;

/** The orders for `seat` are ours. */
const scoped = (fields: (state: ObservedState) => Partial<ObservedState>) => {
  const state = anObservedState();
  return scopeTo({ ...state, ...fields(state) }, (itemId) => itemId === 'seat');
};

describe('what concerns the orders of this run', () => {
  it('is everything where nobody else has ordered', () => {
    expect(scoped(() => ({}))).toEqual(anObservedState());
  });

  it.each<[string, (state: ObservedState) => Partial<ObservedState>]>([
    [
      'stock that was sold to orders that have expired',
      ({ items, shards }) => ({
        items: [...items, { ...ofOthers, units: 1 }],
        shards: [...shards, aShard({ ...ofOthers, held: {}, closed: [], sold: 1 })],
      }),
    ],
    [
      'payments of orders that have expired',
      ({ payments }) => ({ payments: [...payments, { ...payment, executionId: EARLIER }] }),
    ],
    [
      'an order of somebody else that is under way',
      ({ executions, payments }) => ({
        executions: [
          ...executions,
          anExecution({ executionId: LATER, status: 'RUNNING', input: anOrderInput(ofOthers) }),
        ],
        payments: [...payments, { ...payment, executionId: LATER }],
      }),
    ],
    [
      'an order for an item of an earlier run, which is gone',
      ({ executions }) => ({
        executions: [...executions, anExecution({ executionId: EARLIER, input: anOrderInput({ itemId: 'gone' }) })],
      }),
    ],
    [
      'what was quarantined before',
      () => ({ quarantined: [EARLIER], unreadable: [{ executionId: EARLIER, reason: 'x' }] }),
    ],
    [
      'a key of an order that has expired',
      () => ({ keys: [{ executionId: EARLIER, bodyHash: 'x', order: anOrderRecord({ executionId: EARLIER }) }] }),
    ],
  ])('is not %s', (_what, fields) => {
    expect(allHold(checkInvariants({ ...anObservedState(), ...fields(anObservedState()) }))).toBe(false);
    expect(scoped(fields)).toEqual(anObservedState());
  });

  it.each<[string, (state: ObservedState) => Partial<ObservedState>]>([
    ['a charge without an order', ({ payments }) => ({ payments: [...payments, { ...payment, executionId: LATER }] })],
    ['an order that was quarantined', () => ({ quarantined: [LATER] })],
    ['an order that cannot be read', () => ({ unreadable: [{ executionId: LATER, reason: 'x' }] })],
    ['a succeeded order that is not charged', () => ({ payments: [] })],
    ['an order that holds nothing', () => ({ shards: [aShard({ held: {} })] })],
    ['an order that has not ended', () => ({ executions: [anExecution({ status: 'RUNNING' })] })],
  ])('is %s, of the time of this run', (_what, fields) => {
    expect(allHold(checkInvariants(scoped(fields)))).toBe(false);
  });

  it('is nothing where nothing was ordered', () => {
    expect(scoped(() => ({ executions: [], payments: [{ ...payment, executionId: SUCCEEDED }] })).payments).toEqual([]);
  });
});

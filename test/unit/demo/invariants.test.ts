import { describe, expect, it } from 'vitest';
import { allHold, checkInvariants, INVARIANTS, type InvariantName } from '../../../demo/state/invariants.ts';
import type { ObservedState } from '../../../demo/state/observed-state.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderRecord } from '../../support/an-order.ts';
import { aFailedExecution, anExecution, anObservedState, aShard, FAILED, SUCCEEDED } from './an-observed-state.ts';

const STRANGER = anExecutionId({ n: 9 });
const captured = { executionId: SUCCEEDED, status: 'captured', paymentId: 'pay_1', total: 2500 } as const;

function violated(fields: Partial<ObservedState>): readonly InvariantName[] {
  const report = checkInvariants(anObservedState(fields));
  return INVARIANTS.filter((name) => !report[name].ok);
}

describe('the invariants', () => {
  it('hold where everything is as it must be', () => {
    const report = checkInvariants(anObservedState());
    expect(INVARIANTS.flatMap((name) => report[name].violations)).toEqual([]);
    expect(allHold(report)).toBe(true);
  });

  it('hold when entries have been folded into a sold count', () => {
    expect(violated({ shards: [aShard({ held: {}, closed: [], sold: 2 })] })).toEqual([]);
  });

  it.each<[string, Partial<ObservedState>, readonly InvariantName[]]>([
    ['an item has sold more units than it has', { items: [{ itemId: 'seat', units: 1 }] }, ['oversold']],
    [
      'units stay held for a failed order',
      { shards: [aShard({ held: { [SUCCEEDED]: 2, [FAILED]: 2 } })] },
      ['stockBalances'],
    ],
    [
      'units are held for an order that does not exist',
      { shards: [aShard({ held: { [SUCCEEDED]: 2, [STRANGER]: 1 } })] },
      ['stockBalances'],
    ],
    ['a succeeded order holds nothing', { shards: [aShard({ held: {} })] }, ['stockBalances']],
    ['more was folded away than succeeded', { shards: [aShard({ sold: 3 })] }, ['stockBalances']],
    ['a succeeded order is not charged', { payments: [] }, ['paymentsBalance']],
    [
      'a failed order is charged',
      { payments: [captured, { ...captured, executionId: FAILED, paymentId: 'pay_2' }] },
      ['paymentsBalance'],
    ],
    ['an order is charged another amount', { payments: [{ ...captured, total: 1 }] }, ['paymentsBalance']],
    [
      'a payment belongs to no order',
      { payments: [captured, { ...captured, executionId: STRANGER, paymentId: 'pay_9' }] },
      ['paymentsBalance'],
    ],
    [
      'a failed order was never recovered',
      { executions: [anExecution(), { ...aFailedExecution(), recovery: undefined }] },
      ['everyExecutionEnded'],
    ],
    ['an order is quarantined', { quarantined: [STRANGER] }, ['everyExecutionEnded']],
    [
      'an order cannot be read',
      { unreadable: [{ executionId: STRANGER, reason: 'its order is no order' }] },
      ['everyExecutionEnded'],
    ],
    [
      'an order holds its units twice',
      { shards: [aShard(), aShard({ shard: 1, held: { [SUCCEEDED]: 2 }, closed: [] })] },
      ['stockBalances', 'nothingTwice'],
    ],
    [
      'one payment is in the ledger twice',
      { payments: [captured, { executionId: FAILED, status: 'cancelled', paymentId: 'pay_1', total: 2500 }] },
      ['nothingTwice'],
    ],
    [
      'a key stands for an order that does not exist',
      { keys: [{ executionId: STRANGER, bodyHash: 'x', order: anOrderRecord({ executionId: STRANGER }) }] },
      ['nothingTwice'],
    ],
  ])('are reported violated when %s', (_what, fields, expected) => {
    expect(violated(fields)).toEqual(expected);
  });

  it.each(['RUNNING', 'HELD', 'RECOVERING', 'RECOVERY_FAILED'] as const)(
    'count an order that is %s as not ended',
    (status) => {
      const report = checkInvariants(
        anObservedState({ executions: [anExecution(), { ...aFailedExecution(), status }] }),
      );
      expect(report.everyExecutionEnded.violations).toEqual([`order ${FAILED} is ${status}`]);
    },
  );

  it('list the first violations and count the others', () => {
    const executions = Array.from({ length: 100 }, (_, n) =>
      anExecution({ executionId: anExecutionId({ n }), status: 'RUNNING' }),
    );
    const { violations } = checkInvariants(anObservedState({ executions })).everyExecutionEnded;
    expect(violations).toHaveLength(21);
    expect(violations.at(-1)).toBe('and 80 more');
  });
});

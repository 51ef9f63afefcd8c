import { describe, expect, it } from 'vitest';
import { violationsOf } from '../../../chaos/check-round.ts';
import type { PlacedOrder } from '../../../chaos/customer.ts';
import { anExecution, anObservedState, FAILED, SUCCEEDED } from '../demo/an-observed-state.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const planned = {
  request: { itemId: 'seat', quantity: 2, paymentMethod: 'pm_card_visa' },
  rejectedAs: undefined,
  isSentTwice: false,
};

function aPlacedOrder(fields: Partial<PlacedOrder> = {}): PlacedOrder {
  return { planned, key: 'key-1', executionIds: [SUCCEEDED], status: 'SUCCEEDED', ...fields };
}

const failed = aPlacedOrder({ key: 'key-2', executionIds: [FAILED], status: 'FAILED' });
const both = [aPlacedOrder(), failed];

describe('the books after a round', () => {
  it('have nothing against orders that ended as their customers were told', () => {
    expect(violationsOf(both, anObservedState())).toEqual([]);
  });

  it('have every violation of an invariant against it', () => {
    expect(violationsOf(both, anObservedState({ payments: [] }))).toEqual([
      `order ${SUCCEEDED} succeeded and is not charged`,
    ]);
  });

  it.each([
    ['a key that became two orders', { executionIds: [SUCCEEDED, FAILED] }, 'key key-1 became 2 orders'],
    ['an order that has not ended in time', { status: undefined }, 'has not ended in time: it is SUCCEEDED'],
    ['an order that was never taken', { executionIds: [] }, 'the order of key key-1 was never taken'],
    ['an answer that nobody understands', { complaint: 'POST /orders was answered with 500' }, 'answered with 500'],
    ['an end that was taken back', { status: 'FAILED' }, `had ended FAILED and is now SUCCEEDED`],
    [
      'a declined card that paid',
      { planned: { ...planned, rejectedAs: 'declined' } },
      `order ${SUCCEEDED} is declined and succeeded`,
    ],
  ] as const)('have %s against it', (_, fields, sentence) => {
    expect(violationsOf([aPlacedOrder(fields as Partial<PlacedOrder>), failed], anObservedState())).toEqual(
      expect.arrayContaining([expect.stringContaining(sentence)]),
    );
  });

  it('have an order against it that was answered and is gone', () => {
    const gone = aPlacedOrder({ key: 'key-3', executionIds: [anExecutionId({ n: 3 })] });
    expect(violationsOf([...both, gone], anObservedState())).toEqual([
      `order ${anExecutionId({ n: 3 })} was taken and is gone`,
    ]);
  });

  it('have an order against it that no customer was told of', () => {
    expect(violationsOf([failed], anObservedState())).toEqual([`order ${SUCCEEDED} was placed by nobody`]);
  });

  it('have an order against it that is still under way', () => {
    const state = anObservedState();
    const [, second] = state.executions;
    const executions = [anExecution({ status: 'RUNNING' }), ...(second === undefined ? [] : [second])];
    expect(violationsOf([aPlacedOrder({ status: undefined }), failed], { ...state, executions })).toContain(
      `order ${SUCCEEDED} is RUNNING`,
    );
  });
});

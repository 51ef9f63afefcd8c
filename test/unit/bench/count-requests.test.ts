import { describe, expect, it } from 'vitest';
import type { AttributedRequest } from '../../../bench/requests/attribute-requests.ts';
import { countByTime, countPerOrder, countSpread, median } from '../../../bench/requests/count-requests.ts';

const call = (fields: Partial<AttributedRequest>): AttributedRequest => ({
  at: 0,
  component: 'control-node',
  operation: 'GetObject',
  subject: 'order',
  ...fields,
});
const ORDERS = ['a', 'b', 'c'].map((executionId, index) => ({
  executionId,
  placedAt: index * 100,
  stockDoneAt: index * 100 + 50,
}));

describe('calls per order', () => {
  it('are counted by component, operation and subject, whenever they were made', () => {
    const requests = ORDERS.flatMap(({ executionId }) => [
      call({ executionId, at: 1_000 }),
      call({ executionId, at: 2_000 }),
      call({ executionId, component: 'payment', operation: 'PutObject', subject: 'step-record' }),
    ]);
    expect(countPerOrder(requests, ORDERS)).toEqual({
      'control-node GetObject order': 2,
      'payment PutObject step-record': 1,
    });
  });

  it('are what most orders have: one that was looked at twice on a busy machine changes nothing', () => {
    const requests = ['a', 'b', 'c', 'c', 'c'].map((executionId) => call({ executionId }));
    expect(countPerOrder(requests, ORDERS)).toEqual({ 'control-node GetObject order': 1 });
    expect(countPerOrder([call({ executionId: 'a', subject: 'recovery' })], ORDERS)).toEqual({});
  });

  it('grow when every order makes one more', () => {
    const requests = ['a', 'b', 'c', 'a', 'b', 'c'].map((executionId) => call({ executionId }));
    expect(countPerOrder(requests, ORDERS)).toEqual({ 'control-node GetObject order': 2 });
  });

  it('have those about stock that were made while the order was the only one that touched it', () => {
    const stock = { component: 'confirm-order', operation: 'PutObject', subject: 'stock' } as const;
    const within = [10, 110, 210].map((at) => call({ ...stock, at }));
    const between = [60, 160, 260].map((at) => call({ ...stock, at }));
    expect(countPerOrder([...within, ...between], ORDERS)).toEqual({ 'confirm-order PutObject stock': 1 });
  });

  it('do not have those of orders that are not counted', () => {
    expect(countPerOrder([call({ executionId: 'other' })], ORDERS)).toEqual({});
  });
});

describe('calls that do not say whose they are', () => {
  const deletes = (count: number) =>
    Array.from({ length: count }, () => call({ at: 5, operation: 'DeleteMessage', subject: 'sqs' }));
  const phase = { orders: 3, from: 0, to: 10 };

  it('are shared by the orders of their time, in whole calls', () => {
    expect(countSpread(deletes(3), phase)).toEqual({ 'control-node DeleteMessage sqs': 1 });
    expect(countSpread(deletes(5), phase)).toEqual({ 'control-node DeleteMessage sqs': 1 });
    expect(countSpread(deletes(6), phase)).toEqual({ 'control-node DeleteMessage sqs': 2 });
  });

  it('do not have receives and polls, which are made without orders too, nor calls of another time', () => {
    const polls = Array.from({ length: 9 }, () => call({ at: 5, operation: 'FilterLogEvents', subject: 'logs' }));
    expect(countSpread(polls, phase)).toEqual({});
    expect(countSpread(deletes(3), { ...phase, from: 6 })).toEqual({});
  });

  it('are counted by time where nobody orders', () => {
    const requests = [call({ at: 1 }), call({ at: 5, executionId: 'a' }), call({ at: 10 })];
    expect(countByTime(requests, 1, 10)).toEqual({ 'control-node GetObject order': 2 });
  });
});

it('a median of an even number is the lower of the two in the middle, and of none it is 0', () => {
  expect(median([4, 1, 3, 2])).toBe(2);
  expect(median([10, 9, 2])).toBe(9);
  expect(median([])).toBe(0);
});

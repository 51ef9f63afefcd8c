import { describe, expect, it } from 'vitest';
import type { OrderSummary } from '../../../coordinator/schemas/order-list.ts';
import { latencyPointsOf, medianOf } from '../../../web/monitor/latencies-of.ts';
import { outcomesOf } from '../../../web/monitor/outcomes-of.ts';
import { ORDER_ID } from './an-order.ts';

const T0 = Date.UTC(2026, 10, 23, 12);

const order = (ageMs: number, overrides: Partial<OrderSummary> = {}): OrderSummary => ({
  orderId: ORDER_ID,
  status: 'SUCCEEDED',
  submittedAt: new Date(T0 - ageMs).toISOString(),
  ...overrides,
});
const failed = (ageMs: number, overrides: Partial<OrderSummary> = {}) =>
  order(ageMs, { status: 'FAILED', failureKind: 'TYPE_ERROR', ...overrides });

describe('outcomes', () => {
  it('are counted by when orders were taken, with empty times between', () => {
    const { widthMs, buckets } = outcomesOf([
      order(0),
      failed(200),
      failed(300, { failureKind: 'REJECTED' }),
      order(2500, { status: 'RUNNING' }),
      order(2600, { status: 'QUARANTINED' }),
    ]);
    expect(widthMs).toBe(1000);
    expect(buckets.map(({ startsAt, ...counts }) => [startsAt - T0, counts])).toEqual([
      [-3000, { succeeded: 0, rejected: 0, failed: 0, open: 2 }],
      [-2000, { succeeded: 0, rejected: 0, failed: 0, open: 0 }],
      [-1000, { succeeded: 0, rejected: 1, failed: 1, open: 0 }],
      [0, { succeeded: 1, rejected: 0, failed: 0, open: 0 }],
    ]);
  });

  it.each([1, 60_000, 3_600_000, 30 * 86_400_000])('of %d ms fit into forty bars and lose no order', (spanMs) => {
    const orders = Array.from({ length: 600 }, (_, index) => order((spanMs * index) / 599));
    const { buckets } = outcomesOf(orders);
    expect(buckets.length).toBeLessThanOrEqual(40);
    expect(buckets.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(600);
  });

  it('of none are none', () => {
    expect(outcomesOf([]).buckets).toEqual([]);
  });
});

describe('latencies', () => {
  it('are those of faults, oldest first, undone or not', () => {
    const points = latencyPointsOf([
      order(0),
      failed(100, { detectedAfterMs: 400, recoveredAfterMs: 90 }),
      failed(200, { status: 'RECOVERING', detectedAfterMs: 300 }),
      failed(300, { failureKind: 'REJECTED', detectedAfterMs: 1 }),
    ]);
    expect(points).toEqual([
      { at: T0 - 200, detectedAfterMs: 300, recoveredAfterMs: undefined },
      { at: T0 - 100, detectedAfterMs: 400, recoveredAfterMs: 90 },
    ]);
  });

  it.each([
    [[], undefined],
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2],
    [[100, 20, 3], 20],
  ])('%j have the median %s', (values: number[], median) => {
    expect(medianOf(values)).toBe(median);
  });
});

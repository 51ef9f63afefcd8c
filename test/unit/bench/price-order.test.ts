import { describe, expect, it } from 'vitest';
import { priceOrder } from '../../../bench/requests/price-order.ts';

const NO_LOG = { invocations: 0, bytes: 0 };

describe('the price of a million orders', () => {
  it('is $5 for each PUT and LIST, 40 cents for each GET, of orchestration or of the booking’s data', () => {
    const counts = {
      'control-node PutObject order': 1,
      'control-node ListObjectsV2 facts': 2,
      'payment GetObject step-record': 3,
      'confirm-order PutObject stock': 1,
      'confirm-order GetObject stock': 1,
      'payment PutObject ledger': 1,
    };
    const price = priceOrder(counts, NO_LOG);
    expect(price.orchestration).toBeCloseTo(16.2);
    expect(price.orchestrationPuts).toBe(1);
    expect(price.applicationData).toBeCloseTo(10.4);
    expect(price.together).toBeCloseTo(26.6);
  });

  it('counts a refused call as an answered one', () => {
    expect(priceOrder({ 'payment PutObject 412 step-record': 2 }, NO_LOG)).toMatchObject({
      orchestration: 10,
      orchestrationPuts: 2,
    });
  });

  it('is 20 cents for each run of a function, its time, and 50 cents for each GB that it logs', () => {
    const price = priceOrder({ 'control-node Invoke lambda': 1 }, { invocations: 2, bytes: 2_000 });
    expect(price.orchestration).toBe(0);
    expect(price.lambda).toBeCloseTo(2 * 0.2 + 2 * 0.1 * 0.25 * 13.3334);
    expect(price.logs).toBeCloseTo(1);
  });

  it('is not known where an operation has no price', () => {
    expect(() => priceOrder({ 'payment CopyObject order': 1 }, NO_LOG)).toThrow('CopyObject has no price');
  });
});

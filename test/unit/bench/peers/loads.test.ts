import { expect, it } from 'vitest';
import { loadsOf } from '../../../../bench/peers/loads.ts';

it('each kind of order is measured alone and at concurrency 32', () => {
  const { success, failure } = loadsOf(1_000);
  expect(success.map(({ concurrency }) => concurrency)).toEqual([32, 1]);
  expect(failure.map(({ concurrency }) => concurrency)).toEqual([1, 32]);
  expect(success[0]?.orders).toBe(1_000);
});

it('everybody is as warm in a small run as in a large one', () => {
  expect(loadsOf(100).warmUp).toEqual(loadsOf(10_000).warmUp);
});

it('no load is too small to have a 99th percentile', () => {
  const { warmUp, success, failure } = loadsOf(100);
  for (const { orders } of [...warmUp, ...success, ...failure]) expect(orders).toBeGreaterThanOrEqual(100);
});

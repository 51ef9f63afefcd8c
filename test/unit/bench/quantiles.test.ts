import { expect, it } from 'vitest';
import { quantilesOf } from '../../../bench/quantiles.ts';

it('quantiles are values that were measured, by nearest rank, whatever the order they came in', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(quantilesOf(values)).toEqual({ count: 200, p50: 100, p99: 198, max: 200 });
  expect(quantilesOf([7])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
});

it('there are no quantiles of nothing', () => {
  expect(() => quantilesOf([])).toThrow('there is nothing to tell quantiles of');
});

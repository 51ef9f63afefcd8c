import { expect, it } from 'vitest';
import { growthExponent } from '../../../bench/growth-exponent.ts';

const grown = (value: (size: number) => number) => [10, 1_000, 100_000].map((size) => ({ size, value: value(size) }));

it('the exponent is 0 for what stays, 1 for what grows as its size, 2 for its square', () => {
  expect(growthExponent(grown(() => 7))).toBeCloseTo(0);
  expect(growthExponent(grown((size) => 3 * size))).toBeCloseTo(1);
  expect(growthExponent(grown((size) => size * size))).toBeCloseTo(2);
});

it('there is no growth of one size, nor of what is nothing', () => {
  expect(() => growthExponent([{ size: 10, value: 1 }])).toThrow(RangeError);
  expect(() =>
    growthExponent([
      { size: 10, value: 1 },
      { size: 20, value: 0 },
    ]),
  ).toThrow(RangeError);
});

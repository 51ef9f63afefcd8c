import { expect, it } from 'vitest';
import { threeSizes } from '../../../bench/three-sizes.ts';

it.each([
  [100_000, [1_000, 10_000, 100_000]],
  [250, [3, 25, 250]],
  [5, [1, 5]],
  [1, [1]],
])('a store of %i is measured at %j', (largest, sizes) => {
  expect(threeSizes(largest)).toEqual(sizes);
});

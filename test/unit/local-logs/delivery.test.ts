import { expect, test } from 'vitest';
import { GOOD_WEATHER, type Conditions } from '../../../local/conditions.ts';
import { createDelivery } from '../../../local/logs/delivery.ts';

const BAD: Conditions = {
  ...GOOD_WEATHER,
  seed: 7,
  logLoss: 0.1,
  logDuplicates: 0.2,
  logDelayMs: { min: 10, max: 1000 },
};

function deliver(conditions: Conditions, count: number): readonly (readonly number[])[] {
  const delivery = createDelivery(conditions);
  return Array.from({ length: count }, (_, n) =>
    delivery({ timestamp: n, message: `line ${String(n)}` }, 1000).map((line) => line.ingestionTime),
  );
}

test('in good weather every line arrives once and at once', () => {
  expect(deliver(GOOD_WEATHER, 3)).toEqual([[1000], [1000], [1000]]);
});

test('loses, repeats and delays the shares that the conditions say', () => {
  const times = deliver(BAD, 10_000);
  const copies = (number: number) => times.filter((each) => each.length === number).length / times.length;
  expect(copies(0)).toBeCloseTo(0.1, 1);
  expect(copies(2)).toBeCloseTo(0.9 * 0.2, 1);
  expect(Math.min(...times.flat())).toBeGreaterThanOrEqual(1010);
  expect(Math.max(...times.flat())).toBeLessThanOrEqual(2000);
});

test('the same seed meets the same troubles, another seed others', () => {
  expect(deliver(BAD, 100)).toEqual(deliver(BAD, 100));
  expect(deliver(BAD, 100)).not.toEqual(deliver({ ...BAD, seed: 8 }, 100));
});

test('an over-long line is cut into events of 256 Ki characters', () => {
  const delivered = createDelivery(GOOD_WEATHER)({ timestamp: 1, message: 'x'.repeat(600_000) }, 1);
  expect(delivered.map((line) => line.message.length)).toEqual([262_144, 262_144, 75_712]);
});

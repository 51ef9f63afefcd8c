import { describe, expect, it } from 'vitest';
import { growthOf } from '../../../bench/growth/growth-of.ts';
import { describeGrowth } from '../../../bench/growth/growth-benchmark.ts';

const points = (...values: readonly number[]) => values.map((value, at) => ({ size: 10 ** (at + 1), value }));

describe('the growth of something', () => {
  it('has its exponent, and numbers that can be read', () => {
    expect(growthOf('memory', 'MiB', points(1.0001, 10, 100))).toEqual({
      what: 'memory',
      unit: 'MiB',
      points: points(1, 10, 100),
      exponent: 1,
    });
  });

  it('has none where it was nothing at one of the sizes', () => {
    expect(growthOf('monitor', 'processor ms', points(0, 10, 100))).not.toHaveProperty('exponent');
  });

  it('is a row of its table, beside its sizes', () => {
    const text = describeGrowth({
      executions: [growthOf('an order, end to end', 'ms, p50', points(20, 20, 20))],
      lines: [growthOf('classifier, a line', 'us', points(2, 0, 2))],
    });
    expect(text).toContain('executions in the store        10  100  1000  exponent');
    expect(text).toContain('an order, end to end, ms, p50  20  20   20    0.00');
    expect(text).toContain('classifier, a line, us  2   0    2\n');
  });
});

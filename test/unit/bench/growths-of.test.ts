import { expect, it } from 'vitest';
import { growthsOf } from '../../../bench/growth/measure-executions.ts';
import type { MeasuredRecovery, WholeWay } from '../../../bench/whole-way/measured.ts';

const quantiles = (p50: number) => ({ count: 100, p50, p99: 10 * p50, max: 10 * p50 });

function aLoop(concurrency: number, ms: number): MeasuredRecovery {
  return {
    orders: 100,
    concurrency,
    ordersPerSecond: 1000 / ms,
    endToEndMs: quantiles(ms),
    cpuMsPerOrder: { monitor: ms / 10, client: 1 },
    readableToRecoveredMs: quantiles(2 * ms),
    failedToRecoveredMs: quantiles(3 * ms),
  };
}

/** Where many at once take so long, and one alone a tenth of it. */
function aWholeWay(ms: number): WholeWay {
  const loops = [aLoop(32, ms), aLoop(1, ms / 10)];
  return { success: loops, hotItem: [], fault: loops, declined: [] };
}

it('growth is told of processor time when there are many at once, of times when there is one, and never of the client', () => {
  const growths = growthsOf([
    { size: 10, wholeWay: aWholeWay(100) },
    { size: 100, wholeWay: aWholeWay(1_000) },
  ]);
  const values = growths.map(({ what, points, exponent }) => [what, points.map(({ value }) => value), exponent]);
  expect(values).toEqual([
    ['an order: monitor', [10, 100], 1],
    ['a recovered one: monitor', [10, 100], 1],
    ['an order, end to end', [10, 100], 1],
    ['readable to recovered', [20, 200], 1],
  ]);
});

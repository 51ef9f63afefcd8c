import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../../demo/report/table.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Quantiles } from '../quantiles.ts';
import { measureWholeWay } from './measure-whole-way.ts';
import type { MeasuredLoop, MeasuredRecovery, WholeWay } from './measured.ts';

export const wholeWayBenchmark: Benchmark = {
  name: 'whole-way',
  what: 'orders a second, how long one takes, how soon a failed one is recovered, and whose processor time it takes',
  run: async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-bench-'));
    try {
      const results = await measureWholeWay({ ...context, folder });
      return { results, text: describeWholeWay(results) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export function describeWholeWay({ success, hotItem, fault, declined }: WholeWay): string {
  const loops: readonly (readonly [string, MeasuredLoop | MeasuredRecovery])[] = [
    ...success.map((loop) => ['succeed', loop] as const),
    ...hotItem.map((loop) => ['succeed, one hot item', loop] as const),
    ...fault.map((loop) => ['a fault, recovered', loop] as const),
    ...declined.map((loop) => ['declined, log every 800 ms', loop] as const),
  ];
  const rows = loops.map(([what, loop]) => [
    what,
    String(loop.concurrency),
    String(loop.orders),
    loop.ordersPerSecond.toFixed(1),
    describeQuantiles(loop.endToEndMs),
    'readableToRecoveredMs' in loop ? describeQuantiles(loop.readableToRecoveredMs) : '',
    'failedToRecoveredMs' in loop ? describeQuantiles(loop.failedToRecoveredMs) : '',
  ]);
  const titles = [
    'orders',
    'at once',
    'count',
    'a second',
    'end to end',
    'readable to recovered',
    'failed to recovered',
  ];
  const components = [...new Set(loops.flatMap(([, { cpuMsPerOrder }]) => Object.keys(cpuMsPerOrder)))];
  const cpu = loops.map(([what, { concurrency, cpuMsPerOrder }]) => [
    what,
    String(concurrency),
    ...components.map((name) => (cpuMsPerOrder[name] ?? 0).toFixed(2)),
    Object.values(cpuMsPerOrder)
      .reduce((sum, ms) => sum + ms, 0)
      .toFixed(2),
  ]);
  return [
    'milliseconds, p50 / p99',
    formatTable(titles, rows),
    '',
    'processor milliseconds per order',
    formatTable(['orders', 'at once', ...components, 'together'], cpu),
    '',
  ].join('\n');
}

function describeQuantiles({ p50, p99 }: Quantiles): string {
  return `${p50} / ${p99}`;
}

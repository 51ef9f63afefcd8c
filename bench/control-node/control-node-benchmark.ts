import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../../demo/report/table.ts';
import type { Benchmark } from '../benchmark.ts';
import { growthExponent } from '../growth-exponent.ts';
import { threeSizes } from '../three-sizes.ts';
import { measureCatchUp, measureLogRate } from './measure-log.ts';
import { measureOpen } from './measure-open.ts';
import { measureRates } from './measure-rates.ts';
import type { ControlNode, MeasuredCatchUp, MeasuredOpen, NodeRates } from './measured.ts';

const OUTAGE_RATES = [1, 3, 10];

export const controlNodeBenchmark: Benchmark = {
  name: 'control-node',
  what: 'memory and restarts as executions are open, and how many orders a second one node can follow in the log',
  run: async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-bench-'));
    try {
      const { executions, progress, signal } = context;
      progress.show('an hour of log that nobody read');
      const catchUp: MeasuredCatchUp[] = [];
      for (const rate of OUTAGE_RATES) catchUp.push(await measureCatchUp(folder, rate, signal));
      progress.show('as much log as can be followed');
      const logRate = await measureLogRate(folder, signal);
      const open = await measureOpen({ ...context, sizes: threeSizes(executions), folder });
      const node = await measureRates({ ...context, folder: join(folder, 'rates') });
      const results: ControlNode = { open, catchUp, logRate, node, exponents: exponentsOf(open) };
      return { results, text: describeControlNode(results) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const GROWING = ['monitorBytes', 'coordinatorBytes', 'resumedInMs', 'monitorCpuMsPerSecond'] as const;

/** Where there is nothing to compare, nothing. */
function exponentsOf(open: readonly MeasuredOpen[]): ControlNode['exponents'] {
  if (open.length < 2) return {};
  return Object.fromEntries(
    GROWING.map((name) => {
      const points = open.map((each) => ({ size: each.executions, value: Math.max(1, each[name]) }));
      return [name, Math.round(growthExponent(points) * 100) / 100];
    }),
  );
}

export function describeControlNode({ open, catchUp, logRate, node, exponents }: ControlNode): string {
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const exponent = (name: (typeof GROWING)[number]) => String(exponents[name] ?? '');
  const titles = ['open executions', 'monitor', 'coordinator', 'back after a kill', 'monitor, idle: CPU ms a second'];
  const rows = [
    ...open.map((each) => [
      String(each.executions),
      mib(each.monitorBytes),
      mib(each.coordinatorBytes),
      `${(each.resumedInMs / 1000).toFixed(1)} s`,
      String(each.monitorCpuMsPerSecond),
    ]),
    ['exponent', ...GROWING.map(exponent)],
  ];
  const outages = catchUp.map((each) => [
    `${each.ordersPerSecond} a second`,
    String(each.lines),
    `${(each.caughtUpInMs / 1000).toFixed(1)} s`,
    String(each.calls),
    `${Math.round(each.leftToSweepMs / 60_000)} min`,
  ]);
  return [
    formatTable(titles, rows),
    '',
    'after an hour in which nobody read the log (simulated time, 1.25 calls a second)',
    formatTable(['orders', 'lines', 'caught up in', 'calls', 'left to the sweep'], outages),
    '',
    `reading the log while it is written (simulated time, ${1000 / logRate.paceMs} calls a second)`,
    formatTable(
      ['orders', 'behind, at most'],
      logRate.lags.map(({ ordersPerSecond, lagMs }) => [
        `${ordersPerSecond} a second`,
        `${(lagMs / 1000).toFixed(1)} s`,
      ]),
    ),
    '',
    ...describeNode(node),
  ].join('\n');
}

function describeNode({ paceMs, rates, bounds }: NodeRates): readonly string[] {
  const components = [...new Set(rates.flatMap(({ cpuMsPerSecond }) => Object.keys(cpuMsPerSecond)))];
  const rows = rates.map((each) => [
    `${each.ordersPerSecond} a second`,
    each.endedPerSecond.toFixed(1),
    `${each.endToEndMs.p50} / ${each.endToEndMs.p99}`,
    `${(each.lagMs / 1000).toFixed(1)} s`,
    ...components.map((name) => (each.cpuMsPerSecond[name] ?? 0).toFixed(0)),
    each.gaveOut === undefined ? '' : `the ${each.gaveOut}`,
  ]);
  const titles = ['orders', 'ended', 'end to end', 'log behind, at most', ...components, 'gave out'];
  const whole = Object.entries(bounds).map(([name, { idleMsPerSecond, cpuMsPerOrder, ordersPerSecond }]) => [
    name,
    idleMsPerSecond.toFixed(0),
    cpuMsPerOrder.toFixed(2),
    String(ordersPerSecond),
  ]);
  return [
    `orders come faster and faster, one in twenty is declined (${1000 / paceMs} calls a second; processor ms a second)`,
    formatTable(titles, rows),
    '',
    'the node, from that: where each of its processes would have a whole processor to do',
    formatTable(['process', 'idle, ms a second', 'ms per order', 'orders a second'], whole),
    '',
  ];
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesizeStack } from '../../laptop/system.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { fillStore } from '../requests/fill-store.ts';
import { measureWholeWay, type WholeWayLoads } from '../whole-way/measure-whole-way.ts';
import type { MeasuredLoop, MeasuredRecovery, WholeWay } from '../whole-way/measured.ts';
import { growthOf } from './growth-of.ts';
import type { Growth } from './measured.ts';

export interface MeasureExecutionsOptions extends Omit<BenchmarkContext, 'executions'> {
  /** Executions in the store, ascending. */
  readonly sizes: readonly number[];
  /** A folder of this run's own. */
  readonly folder: string;
}

/** What was in the store before; those that are measured order other items. */
const ITEM = { itemId: 'bench-past', name: 'What was ordered', price: 4200, currency: 'EUR', units: 1_000_000 };

/** A minute for each size: it is told from one another, not how fast it is. */
const LOADS: WholeWayLoads = {
  warmUp: [{ orders: 600, concurrency: 32 }],
  success: [
    { orders: 600, concurrency: 32 },
    { orders: 100, concurrency: 1 },
  ],
  hotItem: [],
  fault: [
    { orders: 50, concurrency: 1 },
    { orders: 100, concurrency: 32 },
  ],
  declined: [],
};

/** The whole way in a store that has had more and more executions. */
export async function measureExecutions(options: MeasureExecutionsOptions): Promise<readonly Growth[]> {
  const { sizes, folder, hostEnvironment, progress } = options;
  const assemblyFolder = await synthesizeStack(hostEnvironment);
  const measured: Sized[] = [];
  for (const size of sizes) {
    const own = join(folder, `executions-${size}`);
    await fillStore({
      assemblyFolder,
      awsStateFolder: join(own, 'aws'),
      item: ITEM,
      present: 0,
      executions: size,
      now: Date.now(),
      onProgress: (made) => progress.show(`making executions: ${made} of ${size}`),
    });
    progress.show(`orders, with ${size} executions in the store`);
    measured.push({ size, wholeWay: await measureWholeWay({ ...options, folder: own }, LOADS) });
    await rm(own, { recursive: true });
  }
  return growthsOf(measured);
}

export interface Sized {
  readonly size: number;
  readonly wholeWay: WholeWay;
}

/** Processor time many at once, where it is least; times one at a time, where nobody waits for another. */
export function growthsOf(measured: readonly Sized[]): readonly Growth[] {
  const grow = (what: string, unit: string, valueOf: (wholeWay: WholeWay) => number) =>
    growthOf(
      what,
      unit,
      measured.map(({ size, wholeWay }) => ({ size, value: valueOf(wholeWay) })),
    );
  const components = Object.keys(measured[0]?.wholeWay.success[0]?.cpuMsPerOrder ?? {}).filter(
    (name) => name !== 'client',
  );
  return [
    ...components.map((name) =>
      grow(`an order: ${name}`, 'processor ms', ({ success }) => many(success).cpuMsPerOrder[name] ?? 0),
    ),
    ...components.map((name) =>
      grow(`a recovered one: ${name}`, 'processor ms', ({ fault }) => many(fault).cpuMsPerOrder[name] ?? 0),
    ),
    grow('an order, end to end', 'ms, p50', ({ success }) => alone(success).endToEndMs.p50),
    grow('readable to recovered', 'ms, p50', ({ fault }) => alone(fault).readableToRecoveredMs.p50),
  ];
}

function many<L extends MeasuredLoop | MeasuredRecovery>(loops: readonly L[]): L {
  return loopOf(loops, (concurrency) => concurrency > 1);
}

function alone<L extends MeasuredLoop | MeasuredRecovery>(loops: readonly L[]): L {
  return loopOf(loops, (concurrency) => concurrency === 1);
}

function loopOf<L extends MeasuredLoop | MeasuredRecovery>(loops: readonly L[], is: (concurrency: number) => boolean) {
  const found = loops.find(({ concurrency }) => is(concurrency));
  if (found === undefined) throw new RangeError('a load is missing that growth is told of');
  return found;
}

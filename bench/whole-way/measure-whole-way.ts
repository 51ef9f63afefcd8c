import { join } from 'node:path';
import { openTarget, type Target } from '../../demo/target.ts';
import { describeExit } from '../../laptop/process-exit.ts';
import { startSystem } from '../../laptop/system.ts';
import type { System } from '../../laptop/system-options.ts';
import { stepLineSchema } from '../../workflow/step-log.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { CpuMeter } from '../cpu-meter.ts';
import { quantilesOf } from '../quantiles.ts';
import { readLog } from '../read-log.ts';
import { DENIED_PAYMENT } from '../requests/order-counted.ts';
import { runLoop, type Loop, type LoopOptions } from './closed-loop.ts';
import { EndsWatch, type EndingFact } from './ends-watch.ts';
import type { MeasuredLoop, MeasuredRecovery, WholeWay } from './measured.ts';
import { OrderClient } from './order-client.ts';

export interface MeasureOptions extends Omit<BenchmarkContext, 'executions'> {
  /** A folder of this run's own. */
  readonly folder: string;
}

const ITEMS = Array.from({ length: 100 }, (_, index) => `bench-${index}`);
const HOT_ITEM = 'bench-hot';
const UNITS = 1_000_000;
const PAYS = 'pm_card_visa';
const IS_DECLINED = 'pm_card_chargeDeclined';
const ALONE = { orders: 200, concurrency: 1 };
const MANY = { orders: 2_000, concurrency: 32 };
/** A quarter of 5 calls a second, the smallest quota of FilterLogEvents that a region has. */
const SMALLEST_QUOTA_PACE_MS = 800;

type Load = Pick<LoopOptions, 'orders' | 'concurrency'>;

/** The loops of each kind, in their order. */
export type WholeWayLoads = Readonly<Record<'warmUp' | keyof WholeWay, readonly Load[]>>;

const LOADS: WholeWayLoads = {
  // Until every process has run what it runs often: a function's process is fast after some hundred invocations.
  warmUp: [{ orders: 1_500, concurrency: 32 }],
  // Many first, as long as all functions' processes are there that the warm-up has started.
  success: [MANY, ALONE],
  hotItem: [MANY, ALONE],
  fault: [
    { orders: 100, concurrency: 1 },
    { orders: 600, concurrency: 32 },
  ],
  // Each waits for the log's next turn.
  declined: [
    { orders: 20, concurrency: 1 },
    { orders: 400, concurrency: 32 },
  ],
};

interface Bench {
  readonly system: System;
  readonly target: Target;
  readonly client: OrderClient;
  readonly ends: EndsWatch;
  readonly options: MeasureOptions;
  readonly loads: WholeWayLoads;
}

/** Orders through the whole product as it runs on a laptop: its processes, S3 that syncs before it answers, no delays of the weather. */
export async function measureWholeWay(options: MeasureOptions, loads = LOADS): Promise<WholeWay> {
  const { folder, hostEnvironment, progress, signal } = options;
  const recordFile = join(folder, 'requests.jsonl');
  const system = await startSystem({
    stateFolder: folder,
    hostEnvironment: { ...hostEnvironment, LOCAL_AWS_REQUEST_RECORD: recordFile },
    onProgress: (what) => progress.show(what),
    onExited: (exit) => progress.say(describeExit(exit)),
  });
  const client = new OrderClient(system.url);
  const ends = new EndsWatch(recordFile);
  try {
    const { url, aws, stackName } = system;
    const target = await openTarget({ url, aws, stackName, settlingMs: 0, signal });
    try {
      return await measureAll({ system, target, client, ends, options, loads });
    } finally {
      await target.close();
    }
  } finally {
    ends.close();
    client.close();
    await system.stop();
  }
}

async function measureAll(bench: Bench): Promise<WholeWay> {
  const { loads, target } = bench;
  const { api, faults } = target;
  for (const itemId of [...ITEMS, HOT_ITEM])
    await api.putItem({ itemId, name: itemId, price: 4200, currency: 'EUR', units: UNITS });
  for (const load of loads.warmUp) await loop(bench, 'payment', { ...load, itemIds: ITEMS, paymentMethod: PAYS });

  const success: MeasuredLoop[] = [];
  const hotItem: MeasuredLoop[] = [];
  for (const load of loads.success) success.push(await measureSuccess(bench, load, ITEMS));
  for (const load of loads.hotItem) hotItem.push(await measureSuccess(bench, load, [HOT_ITEM]));

  const fault: MeasuredRecovery[] = [];
  await faults.inject(DENIED_PAYMENT);
  for (const load of loads.fault) fault.push(await measureRecovery(bench, load, PAYS));
  await faults.restore(DENIED_PAYMENT);

  return { success, hotItem, fault, declined: await measureDeclined(bench) };
}

async function measureDeclined(bench: Bench): Promise<readonly MeasuredRecovery[]> {
  if (bench.loads.declined.length === 0) return [];
  await bench.system.monitor.stop();
  const slow = await bench.system.startMonitor('slow-monitor', { LOG_PACE_MS: String(SMALLEST_QUOTA_PACE_MS) });
  const slowly = { ...bench, system: { ...bench.system, monitor: slow } };
  const declined: MeasuredRecovery[] = [];
  for (const load of bench.loads.declined) declined.push(await measureRecovery(slowly, load, IS_DECLINED));
  return declined;
}

async function measureSuccess(bench: Bench, load: Load, itemIds: readonly string[]): Promise<MeasuredLoop> {
  const { measured } = await measure(bench, 'payment', { ...load, itemIds, paymentMethod: PAYS });
  return measured;
}

async function measureRecovery(bench: Bench, load: Load, paymentMethod: string): Promise<MeasuredRecovery> {
  const from = Date.now();
  const { measured, orders } = await measure(bench, 'recovery', { ...load, itemIds: ITEMS, paymentMethod });
  const failures = await readFailures(bench.system, from);
  const since = (instant: 'readableAt' | 'failedAt') =>
    quantilesOf(
      orders.map(({ executionId, endedAt }) => {
        const failure = failures.get(executionId);
        if (failure === undefined) throw new Error(`the log does not tell of the failure of order ${executionId}`);
        return endedAt - failure[instant];
      }),
    );
  return { ...measured, readableToRecoveredMs: since('readableAt'), failedToRecoveredMs: since('failedAt') };
}

async function measure(
  bench: Bench,
  fact: EndingFact,
  load: Omit<LoopOptions, 'client' | 'ends' | 'signal'>,
): Promise<{ readonly measured: MeasuredLoop; readonly orders: Loop['orders'] }> {
  const { system } = bench;
  const meter = CpuMeter.start({
    coordinator: () => [system.coordinator.pid],
    monitor: () => [system.monitor.pid],
    'local AWS': () => [system.localAws.pid],
    functions: () => system.functionPids(),
  });
  const { orders, durationMs } = await loop(bench, fact, load);
  const used = meter.stop();
  const perOrder = Object.entries(used).map(([name, ms]) => [name, round(ms / orders.length)] as const);
  return {
    orders,
    measured: {
      orders: orders.length,
      concurrency: load.concurrency,
      ordersPerSecond: round((orders.length * 1000) / durationMs),
      endToEndMs: quantilesOf(orders.map(({ placedAt, endedAt }) => endedAt - placedAt)),
      cpuMsPerOrder: Object.fromEntries(perOrder),
    },
  };
}

function loop(
  { client, ends, options: { progress, signal } }: Bench,
  fact: EndingFact,
  load: Omit<LoopOptions, 'client' | 'ends' | 'signal'>,
): Promise<Loop> {
  progress.show(`${load.orders} orders, ${load.concurrency} at a time`);
  ends.expect(fact);
  return runLoop({ ...load, client, ends, signal });
}

interface LoggedFailure {
  readonly failedAt: number;
  readonly readableAt: number;
}

/** By execution: what its function's end line says, which is the first that anybody can read of a failure. */
async function readFailures(system: System, from: number): Promise<ReadonlyMap<string, LoggedFailure>> {
  const failures = new Map<string, LoggedFailure>();
  for (const { message, timestamp, ingestionTime } of await readLog(system, from)) {
    const line = stepLineSchema.safeParse(parse(message.slice(message.indexOf('{')))).data;
    if (line?.event !== 'step.ended' || !['FAILED', 'REJECTED'].includes(line.outcome)) continue;
    failures.set(line.executionId, { failedAt: timestamp, readableAt: ingestionTime });
  }
  return failures;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A line of the platform's.
    return undefined;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

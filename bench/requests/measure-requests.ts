import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { STOCK_HORIZON_MS } from '../../booking/horizon.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { BOOKING } from '../../booking/workflow.ts';
import type { Progress } from '../../demo/report/progress.ts';
import { openTarget, type Target } from '../../demo/target.ts';
import type { HostEnvironment } from '../../laptop/host-environment.ts';
import { describeExit } from '../../laptop/process-exit.ts';
import { startSystem, synthesizeStack } from '../../laptop/system.ts';
import type { System } from '../../laptop/system-options.ts';
import type { RecordedRequest } from '../../local/http/request-record.ts';
import { ExecutionEnds } from '../../monitor/sweep/execution-ends.ts';
import { StockHousekeeping } from '../../monitor/stock-housekeeping.ts';
import { createLogger } from '../../platform/logger.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { readLog } from '../read-log.ts';
import { attributeRequest } from './attribute-requests.ts';
import { countLog, type LoggedLine } from './count-log.ts';
import { countByTime, countPerOrder, countSpread } from './count-requests.ts';
import { fillStore } from './fill-store.ts';
import { byKind, type Kind, type MeasuredKind, type MeasuredSize } from './measured.ts';
import { placeOrders, untilSwept, type CountedPhase } from './order-counted.ts';
import { priceOrder } from './price-order.ts';

export interface MeasureOptions {
  /** Executions in the store, ascending. */
  readonly sizes: readonly number[];
  /** Counted orders of each kind at each size. */
  readonly orders: number;
  /** How long to count while nobody orders; 0: not at all. */
  readonly idleMs: number;
  /** A folder of this run's own. */
  readonly folder: string;
  readonly hostEnvironment: HostEnvironment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Everybody's: each execution in the store, and each counted order, is of this one. */
const ITEM = { itemId: 'bench-hot', name: 'What everybody wants', price: 4200, currency: 'EUR', units: 1_000_000 };
/** The first invocations start processes and log what no later one does. */
const WARM_UP_ORDERS = 1;

interface Interval {
  readonly from: number;
  readonly to: number;
}

interface Counted {
  readonly phases: Readonly<Record<Kind, CountedPhase>>;
  readonly upkeep: Interval;
  readonly idle: Interval | undefined;
  readonly lines: readonly LoggedLine[];
}

/** Counts at the local AWS what orders cost in a store that has more and more executions. */
export async function measureRequests(options: MeasureOptions): Promise<readonly MeasuredSize[]> {
  const { sizes, folder, hostEnvironment, progress } = options;
  const assemblyFolder = await synthesizeStack(hostEnvironment);
  const measured: MeasuredSize[] = [];
  let present = 0;
  for (const executions of sizes) {
    await fillStore({
      assemblyFolder,
      awsStateFolder: join(folder, 'aws'),
      item: ITEM,
      present,
      executions,
      now: Date.now(),
      onProgress: (made) => progress.show(`making executions: ${made} of ${executions}`),
    });
    present = executions;
    measured.push(await measureSize(executions, options));
  }
  return measured;
}

async function measureSize(executions: number, options: MeasureOptions): Promise<MeasuredSize> {
  const recordFile = join(options.folder, `requests-${executions}.jsonl`);
  await rm(recordFile, { force: true });
  const system = await startSystem({
    stateFolder: options.folder,
    hostEnvironment: { ...options.hostEnvironment, LOCAL_AWS_REQUEST_RECORD: recordFile },
    onProgress: (what) => options.progress.show(what),
    onExited: (exit) => options.progress.say(describeExit(exit)),
  });
  let counted: Counted;
  try {
    counted = await countOrders(system, executions, options);
  } finally {
    // The record is complete once the local AWS has stopped.
    await system.stop();
  }
  const lines = (await readFile(recordFile, 'utf8')).trimEnd().split('\n');
  return evaluate(
    executions,
    counted,
    lines.map((line) => JSON.parse(line) as RecordedRequest),
  );
}

async function countOrders(system: System, executions: number, options: MeasureOptions): Promise<Counted> {
  const { orders, idleMs, progress, signal } = options;
  const { url, aws, stackName } = system;
  const target = await openTarget({ url, aws, stackName, settlingMs: 0, signal });
  try {
    const startedAt = target.clock.now();
    const place = (kind: Kind, count: number) => {
      progress.show(`${count} orders, ${kind}, with ${executions} executions in the store`);
      return placeOrders(kind, count, ITEM.itemId, target);
    };
    await place('success', WARM_UP_ORDERS);
    const success = await place('success', orders);
    const retry = await place('retry', orders);
    // Thrown, they are told of by the queue as well: its records are deleted a little after, and the sweep takes that long.
    const placeAndSweep = async (kind: Kind) => {
      const placed = await place(kind, orders);
      await untilSwept(placed, target);
      return { ...placed, to: target.clock.now() };
    };
    const transient = await placeAndSweep('transient');
    const failure = await placeAndSweep('failure');
    const ends = await endsAsSwept([success, retry, transient], target);
    const upkeepFrom = target.clock.now();
    await keepStock(target, ends);
    const idleFrom = target.clock.now();
    if (idleMs > 0) {
      progress.show('nobody orders');
      await target.clock.sleep(idleMs, signal);
    }
    return {
      phases: { success, failure, retry, transient },
      upkeep: { from: upkeepFrom, to: idleFrom },
      idle: idleMs > 0 ? { from: idleFrom, to: target.clock.now() } : undefined,
      lines: await readLog(system, startedAt),
    };
  } finally {
    await target.close();
  }
}

/** What the monitor remembers of the sweep, whose reads are counted as its own. */
async function endsAsSwept(phases: readonly CountedPhase[], { stores }: Target): Promise<ExecutionEnds> {
  const ends = new ExecutionEnds({ store: new ExecutionStore(stores), definition: BOOKING });
  for (const { orders } of phases) for (const { executionId } of orders) await ends.hasSucceeded(executionId);
  return ends;
}

/**
 * The monitor folds entries of stock two minutes after their orders ended, and reads how they ended unless it remembers. Here one round of it is
 * run with a clock that is ahead, so that nobody waits: by this process, as the account's root.
 */
async function keepStock({ stores, clock, signal }: Target, ends: ExecutionEnds): Promise<void> {
  const housekeeping = new StockHousekeeping({
    appStore: stores.appStore,
    stock: new StockStore({ objects: stores.appStore }),
    endOf: (executionId) => ends.of(executionId),
    clock: { ...clock, now: () => clock.now() + 2 * STOCK_HORIZON_MS },
    logger: createLogger({ name: 'bench', level: 'warn', destination: process.stderr }),
    random: () => 0,
  });
  await housekeeping.pass(signal);
}

function evaluate(
  executions: number,
  { phases, upkeep, idle, lines }: Counted,
  recorded: readonly RecordedRequest[],
): MeasuredSize {
  const isUpkeep = (at: number) => at >= upkeep.from && at <= upkeep.to;
  const requests = recorded
    .map((request) => attributeRequest(request, isUpkeep))
    .filter((request) => request !== undefined);
  const measure = ({ orders, from, to }: CountedPhase): MeasuredKind => {
    const log = countLog(
      lines,
      orders.map(({ executionId }) => executionId),
    );
    const perOrder = {
      ...countPerOrder(requests, orders),
      ...countSpread(requests, { orders: orders.length, from, to }),
    };
    return { orders: orders.length, requests: perOrder, ...log, usdPerMillion: priceOrder(perOrder, log) };
  };
  return {
    executions,
    kinds: byKind((kind) => measure(phases[kind])),
    ...(idle && {
      idle: { seconds: Math.round((idle.to - idle.from) / 1000), requests: countByTime(requests, idle.from, idle.to) },
    }),
  };
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openTarget } from '../../demo/target.ts';
import { freePort } from '../../laptop/free-port.ts';
import { describeExit } from '../../laptop/process-exit.ts';
import { startSystem } from '../../laptop/system.ts';
import type { System } from '../../laptop/system-options.ts';
import { systemClock } from '../../platform/clock.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { CpuMeter } from '../cpu-meter.ts';
import { quantilesOf } from '../quantiles.ts';
import { EndsWatch } from '../whole-way/ends-watch.ts';
import { OrderClient } from '../whole-way/order-client.ts';
import type { MeasuredRate, NodeRates } from './measured.ts';
import { boundOf } from './node-bound.ts';
import { runOpenLoop } from './open-loop.ts';
import { untilMonitorIsReady } from './ready-monitor.ts';

export interface MeasureRatesOptions extends Omit<BenchmarkContext, 'executions'> {
  /** A folder of this run's own. */
  readonly folder: string;
}

/** A quarter of 5 calls a second, the smallest quota of FilterLogEvents that a region has. */
const PACE_MS = 800;
/**
 * As far behind as a monitor is that keeps up: a round of two calls, what it reaches back, and between two rounds the ten pages
 * in which it looks for what lines of failures belong to. Who does not keep up is beyond that before a rate is over.
 */
const KEEPS_UP_MS = 12_000;
const RATES = [5, 10, 20, 30, 40, 60, 80, 120, 160];
const RATE_MS = 20_000;
const LOOK_EVERY_MS = 500;
/** Enough for everybody to have run what it runs often. Where it is more than the machine can do, it ends earlier. */
const WARM_UP = { ordersPerSecond: 40, durationMs: 30_000 };
const ITEMS = Array.from({ length: 100 }, (_, index) => `bench-${index}`);
const UNITS = 1_000_000;
/** One order in twenty is declined, and recovered. */
const DECLINED_EVERY = 20;

interface Bench {
  readonly system: System;
  readonly client: OrderClient;
  readonly ends: EndsWatch;
  /** Of the monitor. */
  readonly port: number;
  readonly options: MeasureRatesOptions;
}

/**
 * The real coordinator and monitor while orders come faster and faster, until those that have not ended pile up or the log is
 * read too late. The functions are on the same machine and take most of it: what is measured of the node's two processes
 * up to there tells where each of them would have a whole processor to do.
 */
export async function measureRates(options: MeasureRatesOptions): Promise<NodeRates> {
  const { folder, hostEnvironment, progress, signal } = options;
  const recordFile = join(folder, 'requests.jsonl');
  await rm(recordFile, { force: true });
  const system = await startSystem({
    stateFolder: folder,
    hostEnvironment: { ...hostEnvironment, LOCAL_AWS_REQUEST_RECORD: recordFile },
    onProgress: (what) => progress.show(what),
    onExited: (exit) => progress.say(describeExit(exit)),
  });
  const client = new OrderClient(system.url);
  const ends = new EndsWatch(recordFile);
  try {
    await system.monitor.stop();
    const port = await freePort(0);
    const monitor = await system.startMonitor('slow-monitor', { LOG_PACE_MS: String(PACE_MS), PORT: String(port) });
    await untilMonitorIsReady(port, signal);
    const rates = await measureRising({ system: { ...system, monitor }, client, ends, port, options });
    return { paceMs: PACE_MS, rates, bounds: boundsOf(rates) };
  } finally {
    ends.close();
    client.close();
    await system.stop();
  }
}

async function measureRising(bench: Bench): Promise<readonly MeasuredRate[]> {
  const { system, options } = bench;
  await putItems(system, options.signal);
  options.progress.show('warming up');
  await load(bench, WARM_UP);
  const rates: MeasuredRate[] = [];
  for (const ordersPerSecond of RATES) {
    options.progress.show(`${ordersPerSecond} orders a second`);
    const measured = await measureRate(bench, ordersPerSecond);
    rates.push(measured);
    if (measured.gaveOut !== undefined) break;
  }
  return rates;
}

async function putItems({ url, aws, stackName }: System, signal: AbortSignal): Promise<void> {
  const target = await openTarget({ url, aws, stackName, settlingMs: 0, signal });
  try {
    for (const itemId of ITEMS)
      await target.api.putItem({ itemId, name: itemId, price: 4200, currency: 'EUR', units: UNITS });
  } finally {
    await target.close();
  }
}

function load({ client, ends, options }: Bench, rate: typeof WARM_UP) {
  // Written by the function of the last step, declined or not.
  ends.expect('payment');
  const orderOf = (number: number) => ({
    itemId: ITEMS[number % ITEMS.length] ?? '',
    quantity: 1,
    paymentMethod: number % DECLINED_EVERY === DECLINED_EVERY - 1 ? 'pm_card_chargeDeclined' : 'pm_card_visa',
  });
  return runOpenLoop({ client, ends, ...rate, orderOf, clock: systemClock, signal: options.signal });
}

async function measureRate(bench: Bench, ordersPerSecond: number): Promise<MeasuredRate> {
  const { system, port } = bench;
  const watch = new LagWatch(port);
  const meter = CpuMeter.start({
    coordinator: () => [system.coordinator.pid],
    monitor: () => [system.monitor.pid],
    'local AWS': () => [system.localAws.pid],
    functions: () => system.functionPids(),
  });
  const startedAt = performance.now();
  const { endToEndMs, isOverrun } = await load(bench, { ordersPerSecond, durationMs: RATE_MS });
  const seconds = (performance.now() - startedAt) / 1000;
  const used = Object.entries(meter.stop());
  const lagMs = watch.stop();
  const gaveOut = isOverrun ? 'functions' : lagMs > KEEPS_UP_MS ? 'log' : undefined;
  return {
    ordersPerSecond,
    endedPerSecond: round(endToEndMs.length / seconds),
    endToEndMs: quantilesOf(endToEndMs),
    lagMs,
    cpuMsPerSecond: Object.fromEntries(used.map(([name, ms]) => [name, round(ms / seconds)])),
    ...(gaveOut !== undefined && { gaveOut }),
  };
}

/** How far behind the monitor is with reading the log, at most, as it says itself to whoever asks whether it is ready. */
class LagWatch {
  readonly #timer: NodeJS.Timeout;
  #worstMs = 0;

  constructor(port: number) {
    this.#timer = setInterval(() => void this.#look(port), LOOK_EVERY_MS);
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.#worstMs;
  }

  async #look(port: number): Promise<void> {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      const { monitor } = (await answer.json()) as { readonly monitor: { readonly logsReadThroughAt?: number } };
      this.#worstMs = Math.max(this.#worstMs, Date.now() - (monitor.logsReadThroughAt ?? Date.now()));
    } catch {
      // It is asked again, and a machine that has no time to answer is measured by what it does.
    }
  }
}

/** Of the rates that were kept up with; empty when they are too few, or where the system does not tell processor times. */
function boundsOf(rates: readonly MeasuredRate[]): NodeRates['bounds'] {
  const kept = rates.filter(({ gaveOut }) => gaveOut === undefined);
  if (kept.length < 2) return {};
  const names = ['coordinator', 'monitor'].filter((name) => kept.every(({ cpuMsPerSecond }) => name in cpuMsPerSecond));
  return Object.fromEntries(
    names.map((name) => {
      const uses = kept.map(({ endedPerSecond, cpuMsPerSecond }) => ({
        ordersPerSecond: endedPerSecond,
        cpuMsPerSecond: cpuMsPerSecond[name] ?? 0,
      }));
      const { idleMsPerSecond, cpuMsPerOrder, ordersPerSecond } = boundOf(uses);
      return [
        name,
        {
          idleMsPerSecond: round(idleMsPerSecond),
          cpuMsPerOrder: round(cpuMsPerOrder),
          ordersPerSecond: Math.floor(ordersPerSecond),
        },
      ];
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

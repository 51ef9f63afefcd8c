import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Confirmation, OrderInput } from '../../booking/order.ts';
import { BOOKING } from '../../booking/workflow.ts';
import { freePort } from '../../laptop/free-port.ts';
import { describeExit } from '../../laptop/process-exit.ts';
import { startSystem, synthesizeStack } from '../../laptop/system.ts';
import type { StoppableProcess, System } from '../../laptop/system-options.ts';
import { systemClock } from '../../platform/clock.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { CpuMeter } from '../cpu-meter.ts';
import { idOf, openStores } from '../requests/fill-store.ts';
import type { MeasuredOpen } from './measured.ts';
import { untilMonitorIsReady } from './ready-monitor.ts';

export interface MeasureOpenOptions extends Omit<BenchmarkContext, 'executions'> {
  /** Ascending. */
  readonly sizes: readonly number[];
  readonly folder: string;
}

/** Longer than anything that is measured here: nothing becomes overdue meanwhile. */
const EVIDENCE_SLACK_MS = 3_600_000;
const IDLE_MS = 20_000;
const WRITTEN_AT_ONCE = 500;
/** No faster than a shop gets orders: who lists them by time must be able to tell them apart. */
const APART_MS = 5;
/** Too old to be left out of a pass of the sweep, which judges them by S3's times and finds them in time. */
const ORDERED_BEFORE_MS = 2 * EVIDENCE_SLACK_MS;

/**
 * With more and more executions open, each with its order and the record of its first step: the memory of the control
 * node's processes, how long a monitor takes to be back, and what it takes of a processor while nobody orders.
 */
export async function measureOpen(options: MeasureOpenOptions): Promise<readonly MeasuredOpen[]> {
  const { sizes, folder, hostEnvironment, progress } = options;
  const assemblyFolder = await synthesizeStack(hostEnvironment);
  const measured: MeasuredOpen[] = [];
  for (const executions of sizes) {
    progress.show(`making ${executions} open executions`);
    const own = join(folder, `open-${executions}`);
    await makeOpen(assemblyFolder, join(own, 'aws'), executions);
    measured.push(await measureSize(executions, own, options));
  }
  return measured;
}

async function measureSize(
  executions: number,
  stateFolder: string,
  options: MeasureOpenOptions,
): Promise<MeasuredOpen> {
  const { hostEnvironment, progress, signal } = options;
  const system = await startSystem({
    stateFolder,
    hostEnvironment,
    onProgress: (what) => progress.show(what),
    // Here one is killed on purpose.
    onExited: (exit) => exit.signal !== 'SIGKILL' && progress.say(describeExit(exit)),
  });
  try {
    await system.monitor.stop();
    const port = await freePort(0);
    const environment = { EVIDENCE_SLACK_MS: String(EVIDENCE_SLACK_MS), PORT: String(port) };
    const monitor = await system.startMonitor('patient-monitor', environment);
    const untilReady = () => untilMonitorIsReady(port, signal);
    progress.show(`a monitor looks at ${executions} open executions`);
    await untilReady();
    const killedAt = performance.now();
    await monitor.kill('SIGKILL');
    await untilReady();
    const resumedInMs = Math.round(performance.now() - killedAt);
    const monitorCpuMsPerSecond = await cpuWhileIdle(monitor, signal);
    await readLists(system);
    return {
      executions,
      monitorBytes: peakBytes(monitor.pid),
      coordinatorBytes: peakBytes(system.coordinator.pid),
      resumedInMs,
      monitorCpuMsPerSecond,
    };
  } finally {
    await system.stop();
  }
}

async function makeOpen(assemblyFolder: string, awsStateFolder: string, executions: number): Promise<void> {
  const now = Date.now();
  const s3 = await openStores({ assemblyFolder, awsStateFolder, clock: () => now });
  const store = new ExecutionStore(s3);
  try {
    for (let start = 0; start < executions; start += WRITTEN_AT_ONCE) {
      const count = Math.min(WRITTEN_AT_ONCE, executions - start);
      const ids = Array.from({ length: count }, (_, index) => {
        const number = start + index;
        return idOf(now - ORDERED_BEFORE_MS - (executions - number) * APART_MS, number);
      });
      await Promise.all(ids.map((executionId) => open(store, executionId, now)));
    }
  } finally {
    await s3.close();
  }
}

async function open(store: ExecutionStore, executionId: string, at: number): Promise<void> {
  const input: OrderInput & Confirmation = {
    itemId: 'bench-open',
    quantity: 1,
    total: 4200,
    currency: 'EUR',
    paymentMethod: 'pm_card_visa',
  };
  const { name, version } = BOOKING;
  await store.putOrder({ executionId, workflow: { name, version }, submittedAt: at, input });
  await store.putStepRecord({
    executionId,
    step: 'confirm-order',
    attempt: 1,
    status: 'SUCCEEDED',
    startedAt: at,
    endedAt: at,
    writtenBy: 'function',
    output: input,
  });
}

async function cpuWhileIdle(monitor: StoppableProcess, signal: AbortSignal): Promise<number> {
  const meter = CpuMeter.start({ monitor: () => [monitor.pid] });
  await systemClock.sleep(IDLE_MS, signal);
  return Math.round(((meter.stop()['monitor'] ?? 0) / IDLE_MS) * 1000);
}

/** What a person looks at: a page of orders, and the monitor. */
async function readLists({ url }: System): Promise<void> {
  for (const path of ['/orders?limit=100', '/orders?status=FAILED', '/monitor']) {
    const answer = await fetch(`${url}${path}`);
    if (!answer.ok) throw new Error(`GET ${path} is answered with ${answer.status}: ${await answer.text()}`);
    await answer.body?.cancel();
  }
}

/** The most that a process has had resident. */
function peakBytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

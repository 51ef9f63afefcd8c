import { once } from 'node:events';
import { join } from 'node:path';
import { checkInvariants, INVARIANTS } from '../../demo/state/invariants.ts';
import { readState, type Stores } from '../../demo/state/read-state.ts';
import { createAwsClients } from '../../laptop/aws-access.ts';
import type { HostEnvironment } from '../../laptop/host-environment.ts';
import { startSystem } from '../../laptop/system.ts';
import type { System, SystemOptions } from '../../laptop/system-options.ts';
import type { Clock } from '../../platform/clock.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { EXECUTIONS_PREFIX } from '../../workflow/keys.ts';
import { countPeakCalls, type PeakCalls } from './count-calls.ts';
import { orderMeanwhile } from './new-orders.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import { placeUnfinished } from './place-unfinished.ts';

export interface RunResumeOptions {
  readonly executions: number;
  readonly folder: string;
  readonly hostEnvironment: HostEnvironment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly show: (what: string) => void;
  /** Told once the last execution has ended: to read everything back takes as long again. */
  readonly onResumed: (measured: Measured) => void;
}

export interface Measured {
  readonly executions: number;
  readonly resumedInMs: number;
  /** Of the monitor, bytes; absent where the system does not say. */
  readonly peakMemoryBytes: number | undefined;
  readonly peakCalls: PeakCalls;
  /** From the answer to the recovery of each order that came meanwhile and was declined. */
  readonly newOrdersMs: readonly number[];
}

const LOOK_EVERY_MS = 5_000;
/** Slower than this is stuck: the monitor's own pace resumes 25 a second. */
const SLOWEST_PER_SECOND = 5;
const AT_LEAST_MS = 120_000;

/**
 * The violations, in sentences. Makes unfinished executions as an outage makes them: every S3 event is lost, no monitor runs, and the orders are taken.
 * Then everything is started again on the same data, well this time, and looked at until the last one has ended.
 */
export async function runResume(options: RunResumeOptions): Promise<readonly string[]> {
  const { executions, folder, hostEnvironment, show } = options;
  const recordFile = join(folder, 'access.jsonl');
  await withSystem(options, { conditions: { eventLoss: 1 } }, async (system) => {
    await system.monitor.stop();
    await placeUnfinished({
      ...options,
      system,
      count: executions,
      onPlaced: (placed) => {
        if (placed % 500 === 0) show(`${placed} of ${executions} orders are taken, and their events lost`);
      },
    });
  });
  const recorded = { hostEnvironment: { ...hostEnvironment, LOCAL_AWS_ACCESS_RECORD: recordFile } };
  return withSystem(options, recorded, (system, stores) => watchResuming(options, system, stores, recordFile));
}

async function withSystem<T>(
  { folder, hostEnvironment, signal, show }: RunResumeOptions,
  different: Partial<SystemOptions>,
  act: (system: System, stores: Stores) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const system = await startSystem({
    stateFolder: join(folder, 'system'),
    hostEnvironment,
    onProgress: show,
    ...different,
  });
  const clients = createAwsClients(system.aws);
  const { APP_STORE_BUCKET: appStore = '', STATE_STORAGE_BUCKET: stateStorage = '' } = system.controlNodeEnvironment;
  try {
    return await act(system, {
      appStore: new ObjectStore({ client: clients.s3, bucket: appStore }),
      stateStorage: new ObjectStore({ client: clients.s3, bucket: stateStorage }),
    });
  } finally {
    clients.close();
    await system.stop();
  }
}

async function watchResuming(
  { executions, clock, signal, show, onResumed }: RunResumeOptions,
  system: System,
  stores: Stores,
  recordFile: string,
): Promise<readonly string[]> {
  const { stateStorage } = stores;
  const startedAt = clock.now();
  const { pid } = system.monitor;
  const over = new AbortController();
  const meanwhile = orderMeanwhile({ system, stateStorage, clock, until: over.signal, signal });
  meanwhile.catch(() => undefined); // Whoever awaits it below is told.
  const givenUpAt = startedAt + AT_LEAST_MS + (executions * 1_000) / SLOWEST_PER_SECOND;
  let ended = 0;
  try {
    while (ended < executions && clock.now() < givenUpAt) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      ended = await countPaid(stateStorage);
      show(`${ended} of ${executions} executions have ended`);
    }
  } finally {
    over.abort();
  }
  const resumedInMs = clock.now() - startedAt;
  const newOrdersMs = await meanwhile;
  onResumed({
    executions,
    resumedInMs,
    peakMemoryBytes: peakMemoryBytes(system.monitor.pid),
    peakCalls: await countPeakCalls(recordFile, isControlNode),
    newOrdersMs,
  });
  show('reading everything back from S3');
  const report = checkInvariants(await untilAborted(readState(stores), signal));
  return [
    ...(ended < executions ? [`only ${ended} of ${executions} executions have ended`] : []),
    ...(system.monitor.pid === pid ? [] : ['the monitor ended and had to be started again']),
    ...INVARIANTS.flatMap((name) => report[name].violations),
  ];
}

function isControlNode(principalArn: string): boolean {
  return principalArn.includes('ControlNodeRole');
}

/** What goes on afterwards is of no interest to anybody: its clients are closed. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = once(signal, 'abort').then(() => {
    throw signal.reason;
  });
  return Promise.race([work, aborted]);
}

/** Those whose payment went through; orders that are declined meanwhile have a record that says so, and recovery's. */
async function countPaid(stateStorage: ObjectStore): Promise<number> {
  let paid = 0;
  let recovered = 0;
  for await (const { key } of stateStorage.list(EXECUTIONS_PREFIX)) {
    if (key.endsWith('/payment.json')) paid += 1;
    if (key.endsWith('/recovery.json')) recovered += 1;
  }
  return paid - recovered;
}

import { BOOKING } from '../../booking/workflow.ts';
import { seededRandom } from '../../demo/load/seeded-random.ts';
import { readState } from '../../demo/state/read-state.ts';
import { Monitor } from '../../monitor/monitor.ts';
import { USUAL_RATES } from '../../monitor/queue/work-pace.ts';
import { bookingHandlers } from '../../recovery/booking/handlers.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingLogger } from './recording-logger.ts';
import { RecordingMetrics } from './recording-metrics.ts';
import { HEALTHY } from './simulated-faults.ts';
import { SimulatedLambda } from './simulated-lambda.ts';
import { SimulatedLogs } from './simulated-logs.ts';
import { claimsOf, executionIdsOf, isOver, putItems, submitAll } from './simulated-orders.ts';
import { SimulatedQueue } from './simulated-queue.ts';
import {
  EVIDENCE_SLACK_MS,
  SIMULATION_STARTS_AT,
  TIMEOUT_MS,
  type Simulated,
  type SimulationOptions,
} from './simulated-run.ts';
import { SimulatedS3 } from './simulated-s3.ts';
import { SimulatedSandboxes } from './simulated-sandboxes.ts';

/** A quarter of the smallest quota of FilterLogEvents, five calls a second. */
const PACE_MS = 800;
/** Three deadlines in a row end every order; a simulation that lasts longer than this does not end. */
const MAX_MS = 3 * 3_600_000;
/** What is late comes when all is over, and changes nothing. */
const AFTERWARDS_MS = 420_000;
const LOOK_EVERY_MS = 10_000;

/** Runs orders through simulated functions, S3 and logs with the real monitor and recovery, until every one has ended. */
export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const clock = new FakeClock(SIMULATION_STARTS_AT);
  const logger = new RecordingLogger();
  const executionIds = executionIdsOf(options);
  const aws = simulatedAws(options, clock);
  const { s3, logs, lambda } = aws;
  const store = s3.stores();
  const { monitorCallMs: maxCallMs } = options;
  const monitorStore = s3.stores(maxCallMs === undefined ? {} : { maxCallMs });
  await elapse(clock, putItems(store, options.orders.length));

  const monitor = aMonitor({
    ...aws,
    store: monitorStore,
    clock,
    logger,
    random: seededRandom(options.seed, 'monitor'),
  });
  const end = new AbortController();
  const running = monitor.run(end.signal);
  const submitted = submitAll(options, store, clock);
  const complaints: Simulated['complaints'][number][] = [];
  const open = new Set(executionIds);
  while ((open.size > 0 || lambda.running > 0) && clock.now() - SIMULATION_STARTS_AT < MAX_MS) {
    await clock.advance(LOOK_EVERY_MS);
    complaints.push({ at: clock.now(), sentences: monitor.complaints() });
    for (const executionId of open) if (isOver(s3.memory, executionId)) open.delete(executionId);
  }
  await submitted;
  await clock.advance(AFTERWARDS_MS);
  end.abort();
  await elapse(clock, running);
  const state = await elapse(clock, readState(store));
  const { invocations, refused } = lambda;
  const claims = claimsOf(s3.memory, executionIds);
  return { executionIds, state, invocations, refused, logger, logs, claims, complaints };
}

/** Lets the simulated time go by that the work takes. */
async function elapse<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  void work.finally(() => (isDone = true)).catch(() => undefined); // Whoever awaits the work below is told.
  while (!isDone) await clock.advance(100);
  return work;
}

interface SimulatedAws {
  readonly s3: SimulatedS3;
  readonly logs: SimulatedLogs;
  readonly queue: SimulatedQueue;
  readonly lambda: SimulatedLambda;
}

function simulatedAws(options: SimulationOptions, clock: FakeClock): SimulatedAws {
  const random = (name: string) => seededRandom(options.seed, name);
  const s3 = new SimulatedS3({ clock, random: random('s3') });
  const logs = new SimulatedLogs({ clock, random: random('logs'), conditions: options.conditions });
  const queue = new SimulatedQueue({ clock, random: random('queue') });
  const orderOf = new Map(executionIdsOf(options).map((executionId, n) => [executionId, options.orders[n]]));
  const hasEnded = (executionId: string) => isOver(s3.memory, executionId);
  const lambda = new SimulatedLambda({
    clock,
    s3,
    logs,
    timeoutMs: TIMEOUT_MS,
    workMs: options.workMs ?? ((draw) => draw() ** 4 * 6_000),
    random: random('lambda'),
    destination: options.hasDestination === true ? queue : undefined,
    faultOf: ({ executionId, step: name, attempt, isTwin }) => {
      const { step, fault, failing, hasHealthyTwin = false } = orderOf.get(executionId)?.fate ?? HEALTHY;
      return step === name && attempt <= failing && !(hasHealthyTwin && isTwin) ? fault : undefined;
    },
    isDeliveredTwice: (executionId, name) => {
      const { step, hasHealthyTwin = false } = orderOf.get(executionId)?.fate ?? HEALTHY;
      return hasHealthyTwin && step === name;
    },
    printsOf: ({ executionId }, invocations) => orderOf.get(executionId)?.prints?.({ invocations, hasEnded }) ?? [],
  });
  return { s3, logs, queue, lambda };
}

interface MonitorParts extends SimulatedAws {
  readonly store: ExecutionStore;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly random: () => number;
}

function aMonitor({ logs, queue, lambda, store, clock, logger, random }: MonitorParts): Monitor {
  const factsOf = (step: 'confirm-order' | 'payment') => ({
    functionName: SimulatedSandboxes.functionNameOf(step),
    timeoutMs: TIMEOUT_MS,
  });
  return new Monitor({
    definition: BOOKING,
    handlers: bookingHandlers({ appStore: store.appStore }),
    store,
    logs: logs.client,
    lambda: lambda.client,
    logGroup: 'simulated',
    sqs: queue.client,
    failedEventsQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/simulated',
    stepFunctions: { 'confirm-order': factsOf('confirm-order'), payment: factsOf('payment') },
    evidenceSlackMs: EVIDENCE_SLACK_MS,
    horizonMs: 29 * 86_400_000,
    logPaceMs: PACE_MS,
    rates: USUAL_RATES,
    logQuotaPerSecond: 10,
    clock,
    logger,
    metrics: new RecordingMetrics(),
    random,
  });
}

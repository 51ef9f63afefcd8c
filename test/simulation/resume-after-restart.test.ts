import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { BOOKING } from '../../booking/workflow.ts';
import { seededRandom } from '../../demo/load/seeded-random.ts';
import { Monitor } from '../../monitor/monitor.ts';
import { USUAL_RATES } from '../../monitor/queue/work-pace.ts';
import { bookingHandlers } from '../../recovery/booking/handlers.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import { stepRecordKey } from '../../workflow/keys.ts';
import { readTriggerEvent } from '../../workflow/trigger-event.ts';
import { anExecutionId } from '../support/an-execution-id.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { STATE_STORAGE_BUCKET } from '../support/memory-s3.ts';
import { RecordingLogger } from '../support/recording-logger.ts';
import { RecordingMetrics } from '../support/recording-metrics.ts';
import { SimulatedLogs } from '../support/simulated-logs.ts';
import { SimulatedQueue } from '../support/simulated-queue.ts';
import { SimulatedS3 } from '../support/simulated-s3.ts';
import { seeds } from './conditions.ts';

const STARTS_AT = Date.UTC(2026, 0, 1);
const ORDERED_EARLIER_MS = 3_600_000;
const UNFINISHED = 1_500;
/** Orders whose events are lost, too, while the backlog is being worked off: one every four seconds. */
const NEW_ORDERS = 10;
const NEW_ORDER_EVERY_MS = 4_000;
const TIMEOUT_MS = 3_000;
const SLACK_MS = 1_500;
const MAX_MS = 600_000;
const [SEED = 0] = seeds(1);

interface Resumed {
  readonly store: ExecutionStore;
  readonly s3: SimulatedS3;
  readonly old: readonly string[];
  readonly young: readonly { readonly executionId: string; readonly orderedAt: number }[];
  readonly invokedAt: ReadonlyMap<string, number>;
  readonly invocations: readonly number[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly tookMs: number;
}

function anOrderOf(executionId: string, submittedAt: number) {
  return {
    executionId,
    workflow: { name: BOOKING.name, version: BOOKING.version },
    submittedAt,
    input: { itemId: 'seat', quantity: 1, total: 1_000, currency: 'EUR', paymentMethod: 'pm_card_visa' },
  };
}

/** A Lambda whose functions do all the work of both steps as soon as the first one is invoked. */
function finishingLambda(store: ExecutionStore, onInvoked: (executionId: string) => void): LambdaClient {
  let requests = 0;
  const send = async (command: InvokeCommand) => {
    const { executionId, attempt } = readTriggerEvent(JSON.parse(command.input.Payload as unknown as string));
    onInvoked(executionId);
    requests += 1;
    const record = (step: string) => ({ executionId, step, attempt, status: 'SUCCEEDED', output: {} }) as const;
    for (const step of ['confirm-order', 'payment'])
      void store.putStepRecord({ ...record(step), endedAt: STARTS_AT, writtenBy: 'function' });
    return { StatusCode: 202, $metadata: { requestId: `request-${requests}` } };
  };
  return { send } as unknown as LambdaClient;
}

/** Orders lose their events while nobody monitors; an hour later a monitor comes back. */
async function resume(): Promise<Resumed> {
  const clock = new FakeClock(STARTS_AT - ORDERED_EARLIER_MS);
  const random = (name: string) => seededRandom(SEED, name);
  const s3 = new SimulatedS3({ clock, random: random('s3') });
  const store = s3.stores();
  const place = (executionId: string) => store.putOrder(anOrderOf(executionId, clock.now()));
  const old = Array.from({ length: UNFINISHED }, (_, n) => anExecutionId({ at: clock.now(), n }));
  const placed = Promise.all(old.map(place));
  await clock.advance(1_000);
  await placed;
  await clock.advance(STARTS_AT - clock.now());

  const calls = { reads: [] as number[], writes: [] as number[] };
  s3.memory.onCall = ({ operation, key }) => {
    // Records of steps are written by the functions here, whose calls are their own affair.
    if (operation !== 'PutObject') calls.reads.push(clock.now());
    else if (key.includes('.attempt-') || key.startsWith('control/')) calls.writes.push(clock.now());
    return undefined;
  };
  const invokedAt = new Map<string, number>();
  const invocations: number[] = [];
  const steps = { functionName: 'function', timeoutMs: TIMEOUT_MS };
  const monitor = new Monitor({
    definition: BOOKING,
    handlers: bookingHandlers({ appStore: store.appStore }),
    store: s3.stores(),
    logs: new SimulatedLogs({
      clock,
      random: random('logs'),
      conditions: { lost: 0, repeated: 0, lagMs: () => 0, throttled: 0, outages: [] },
    }).client,
    lambda: finishingLambda(store, (executionId) => {
      invocations.push(clock.now());
      invokedAt.set(executionId, clock.now());
    }),
    logGroup: 'simulated',
    sqs: new SimulatedQueue({ clock, random: random('queue') }).client,
    failedEventsQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/simulated',
    stepFunctions: { 'confirm-order': steps, payment: steps },
    evidenceSlackMs: SLACK_MS,
    horizonMs: 29 * 86_400_000,
    logPaceMs: 800,
    logQuotaPerSecond: 10,
    rates: USUAL_RATES,
    clock,
    logger: new RecordingLogger(),
    metrics: new RecordingMetrics(),
    random: random('monitor'),
  });
  const end = new AbortController();
  const running = monitor.run(end.signal);
  const young: { executionId: string; orderedAt: number }[] = [];
  while (invokedAt.size < UNFINISHED + NEW_ORDERS && clock.now() - STARTS_AT < MAX_MS) {
    await clock.advance(NEW_ORDER_EVERY_MS);
    if (young.length === NEW_ORDERS) continue;
    const executionId = anExecutionId({ at: clock.now(), n: young.length });
    young.push({ executionId, orderedAt: clock.now() });
    void place(executionId);
  }
  const tookMs = clock.now() - STARTS_AT;
  await clock.advance(10_000);
  end.abort();
  let hasEnded = false;
  void running.finally(() => (hasEnded = true));
  while (!hasEnded) await clock.advance(100);
  return { store, s3, old, young, invokedAt, invocations, ...calls, tookMs };
}

/** In any second, however it is cut out. */
function mostInASecond(instants: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, at] of instants.entries()) {
    while ((instants[from] ?? 0) <= at - 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

describe(`a monitor that comes back to ${UNFINISHED} unfinished executions (SEED=${SEED})`, () => {
  let resumed: Resumed;
  beforeAll(async () => {
    resumed = await resume();
  });

  it('resumes all of them, each once', () => {
    const { s3, old, young, invocations, invokedAt } = resumed;
    const ids = [...old, ...young.map(({ executionId }) => executionId)];
    expect(ids.filter((id) => !invokedAt.has(id))).toEqual([]);
    expect(
      ids.filter((id) => s3.memory.json(STATE_STORAGE_BUCKET, stepRecordKey(id, 'payment')) === undefined),
    ).toEqual([]);
    expect(invocations).toHaveLength(ids.length);
  });

  it('invokes no more functions in a second than it may, and hardly fewer', () => {
    const { invocations } = resumed;
    const { invocationsPerSecond } = USUAL_RATES;
    const seconds = ((invocations.at(-1) ?? 0) - (invocations[0] ?? 0)) / 1_000;
    // What lay ready, and what came back meanwhile.
    expect(mostInASecond(invocations)).toBeLessThanOrEqual(2 * invocationsPerSecond);
    expect(invocations.length).toBeLessThanOrEqual(invocationsPerSecond * (seconds + 1));
    expect(invocations.length).toBeGreaterThan(0.8 * invocationsPerSecond * seconds);
  });

  it('keeps under a quarter of what S3 takes of one prefix', () => {
    const { reads, writes } = resumed;
    expect(mostInASecond(reads)).toBeLessThanOrEqual(5_500 / 4);
    expect(mostInASecond(writes)).toBeLessThanOrEqual(3_500 / 4);
  });

  it('lets no new order wait behind the old ones', () => {
    const { young, invokedAt, tookMs } = resumed;
    expect(tookMs).toBeGreaterThan(NEW_ORDERS * NEW_ORDER_EVERY_MS);
    for (const { executionId, orderedAt } of young) {
      const waitedMs = (invokedAt.get(executionId) ?? Number.POSITIVE_INFINITY) - orderedAt;
      // Its deadline, a sweep, the pause before a second attempt, and some seconds of S3 in between.
      expect(waitedMs).toBeLessThan(TIMEOUT_MS + SLACK_MS + 1_000 + 750 + 500 + 3_000);
    }
  });
});

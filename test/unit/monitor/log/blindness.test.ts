import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { Monitor } from '../../../../monitor/monitor.ts';
import { USUAL_RATES } from '../../../../monitor/queue/work-pace.ts';
import { firstIdAt } from '../../../../workflow/execution-id.ts';
import { attemptClaimKey, MONITOR_STATUS_KEY, orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { monitorStatusSchema } from '../../../../workflow/monitor-status.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { awsError, PagedLogGroup } from './a-paged-log-group.ts';
import { anOrder, aSuccess, DEFINITION, PAYMENT_STREAM, reportLine, startLine, STEP_FUNCTIONS } from '../builders.ts';

const MINUTE_MS = 60_000;

/** Two functions that run in no time and write their lines, and a monitor that reads them. */
function theSystem() {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const group = new PagedLogGroup({ clock });
  group.ingestionMs = 2_000;
  let written = 0;
  const write = (message: string) => {
    written += 1;
    group.add([{ eventId: `line-${written}`, timestamp: clock.now(), streamName: PAYMENT_STREAM, message }]);
  };
  const succeed = (executionId: string, attempt: number) =>
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'payment'), {
      ...aSuccess('payment', executionId),
      attempt,
    });
  /** Retries of a failed payment succeed. */
  const lambda = {
    send: (command: InvokeCommand) => {
      const payload = command.input.Payload as unknown as string;
      const { attempt } = JSON.parse(payload) as { attempt: number };
      succeed(/executions\/([0-9a-f-]{36})\//.exec(payload)?.[1] ?? '', attempt);
      return Promise.resolve({ StatusCode: 202, $metadata: { requestId: requestId(900_000 + (written += 1)) } });
    },
  } as unknown as LambdaClient;
  const sqs = {
    send: (_command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
      clock.sleep(20_000, abortSignal).then(() => ({})),
  } as unknown as SQSClient;
  const metrics = new RecordingMetrics();
  const monitor = new Monitor({
    definition: DEFINITION,
    handlers: [],
    store,
    logs: group.client,
    lambda,
    sqs,
    failedEventsQueueUrl: 'https://sqs/1/failed',
    logGroup: 'steps',
    stepFunctions: STEP_FUNCTIONS,
    evidenceSlackMs: 120_000,
    horizonMs: 86_400_000,
    logPaceMs: 400,
    rates: USUAL_RATES,
    logQuotaPerSecond: 10,
    clock,
    logger: new RecordingLogger(),
    metrics,
    random: () => 0.5,
  });
  let orders = 0;
  /** Places an order whose payment dies, or succeeds. */
  const order = (fate: 'dies' | 'succeeds') => {
    orders += 1;
    const executionId = firstIdAt(clock.now()).slice(0, -12) + String(orders).padStart(12, '0');
    s3.place(APP_STORE_BUCKET, orderKey(executionId), anOrder({ executionId, submittedAt: clock.now() }));
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'confirm-order'), aSuccess('confirm-order', executionId));
    write(startLine({ executionId, requestId: requestId(orders) }));
    if (fate === 'succeeds') succeed(executionId, 1);
    else write(reportLine('\tStatus: timeout', requestId(orders)));
    return { executionId, fate, at: clock.now() };
  };
  const claimOf = (executionId: string) =>
    s3.json(STATE_STORAGE_BUCKET, attemptClaimKey(executionId, 'payment', 2)) as
      { readonly because: { readonly kind: string; readonly signal: string; readonly detectedAt: number } } | undefined;
  const recordOf = (executionId: string) => s3.json(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'payment'));
  return {
    clock,
    group,
    metrics,
    monitor,
    order,
    claimOf,
    recordOf,
    claims: () => s3.keys(STATE_STORAGE_BUCKET, 'executions/').filter((key) => key.includes('.attempt-2.json')),
    status: () => s3.json(STATE_STORAGE_BUCKET, MONITOR_STATUS_KEY),
  };
}

function requestId(n: number): string {
  return `11111111-2222-3333-4444-${String(n).padStart(12, '0')}`;
}

type System = ReturnType<typeof theSystem>;

describe('what a monitor says of itself', () => {
  it('is what it has found, what it could tie to nobody, and what it takes of the quota', async () => {
    const { clock, monitor, order, group, status } = theSystem();
    const stop = new AbortController();
    const running = monitor.run(stop.signal);
    await clock.advance(1_000);
    for (let n = 0; n < 3; n += 1) order('dies');
    const message = reportLine('\tStatus: timeout', requestId(777));
    group.add([{ eventId: 'nobodys', timestamp: clock.now(), streamName: PAYMENT_STREAM, message }]);
    await clock.advance(150_000);
    expect(status()).toMatchObject({
      failuresFound: { log: 3, destination: 0, deadline: 0, invocation: 0, function: 0 },
      unattributed: { 'unknown-request': 1 },
      logCalls: { quotaPerMinute: 600, pauseMs: 400 },
    });
    const { logCalls } = monitorStatusSchema.parse(status());
    expect(logCalls?.lastMinute).toBeGreaterThan(0);
    expect(logCalls?.lastMinute).toBeLessThanOrEqual(150);
    stop.abort();
    await running;
  });
});

/** Two quiet minutes, ten of the outage, five after it; an order every twenty seconds, each third one dies. */
async function throughAnOutage(
  system: System,
  outage: { begin: () => void; end: () => void; during: (beganAt: number) => void },
) {
  const { clock, order } = system;
  const stop = new AbortController();
  const running = system.monitor.run(stop.signal);
  const orders: ReturnType<System['order']>[] = [];
  const go = async (minutes: number) => {
    for (let n = 0; n < minutes * 3; n += 1) {
      orders.push(order(orders.length % 3 === 0 ? 'dies' : 'succeeds'));
      await clock.advance(20_000);
    }
  };
  await go(2);
  const from = clock.now();
  outage.begin();
  await go(9);
  outage.during(from);
  await go(1);
  outage.end();
  const to = clock.now();
  await go(5);
  await clock.advance(3 * MINUTE_MS);
  stop.abort();
  await running;
  return { orders, from, to };
}

const OUTAGES = [
  {
    what: 'FilterLogEvents that fails',
    start: ({ group }: System) =>
      (group.refusal = (command) => (command === 'filter' ? awsError('InternalFailure') : undefined)),
    end: ({ group }: System) => (group.refusal = () => undefined),
    complaint: /^The log group steps has not been read for \d+ s; the last error was: InternalFailure\.$/,
  },
  {
    what: 'ingestion that stands still, so that every answer is empty',
    start: ({ group, clock }: System) => {
      const endsAt = clock.now() + 10 * MINUTE_MS;
      Object.defineProperty(group, 'ingestionMs', { get: () => Math.max(2_000, endsAt - clock.now()) });
    },
    end: () => undefined,
    complaint: /^For \d+ s nothing new has become visible in the log group steps in time\.$/,
  },
];

describe.each(OUTAGES)('ten minutes of $what', ({ start, end, complaint }) => {
  it('cause no false recovery, lose no failure, and are shown', { timeout: 60_000 }, async () => {
    const system = theSystem();
    const { clock, monitor, claimOf, claims, recordOf, status, metrics } = system;
    const { orders, from, to } = await throughAnOutage(system, {
      begin: () => start(system),
      during: (beganAt) => {
        expect(status()).toMatchObject({ isBlind: true, blindSinceAt: expect.any(Number) as number });
        expect((status() as { seesThroughAt: number }).seesThroughAt).toBeLessThanOrEqual(beganAt);
        expect(monitor.complaints()).toEqual([expect.stringMatching(complaint)]);
        expect(metrics.gauges.get('VisibilityLag')?.read()).toBeGreaterThan(8 * MINUTE_MS);
      },
      end: () => end(system),
    });

    const died = orders.filter(({ fate }) => fate === 'dies').map(({ executionId }) => executionId);
    expect(claims().map((key) => key.split('/')[1])).toEqual(died.sort());
    expect(orders.map(({ executionId }) => recordOf(executionId))).toEqual(
      orders.map(
        ({ fate }) => expect.objectContaining({ status: 'SUCCEEDED', attempt: fate === 'dies' ? 2 : 1 }) as unknown,
      ),
    );
    for (const { executionId, at } of orders.filter(({ fate }) => fate === 'dies')) {
      const { because } = claimOf(executionId) ?? {};
      const detectedAfterMs = (because?.detectedAt ?? Infinity) - at;
      // Not before its deadline could be known, and within the sweep's pause after it.
      if (at >= from && at < to - 3 * MINUTE_MS) {
        expect(because).toMatchObject({ kind: 'NO_EVIDENCE', signal: 'deadline' });
        expect(detectedAfterMs).toBeLessThan(160_000);
      }
      if (at < from - 5_000 || at >= to) {
        expect(because).toMatchObject({ kind: 'TIMEOUT', signal: 'log' });
        expect(detectedAfterMs).toBeLessThan(15_000);
      }
    }
    expect(monitor.complaints().filter((each) => each.includes('log group'))).toEqual([]);
    expect((status() as { seesThroughAt: number }).seesThroughAt).toBeGreaterThan(clock.now() - MINUTE_MS);
  });
});

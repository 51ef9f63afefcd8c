import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { StockStore } from '../booking/stock-store.ts';
import { BOOKING } from '../booking/workflow.ts';
import { systemClock } from '../platform/clock.ts';
import { describeStartFailure } from '../platform/configuration-error.ts';
import { createLogger } from '../platform/logger.ts';
import { MetricsEmitter } from '../platform/metrics-emitter.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { runStartChecks } from '../platform/start-checks.ts';
import { bookingHandlers } from '../recovery/booking/handlers.ts';
import { checkBucket } from '../storage/check-bucket.ts';
import { ExecutionStore } from '../storage/execution-store.ts';
import { openBucket } from '../storage/open-bucket.ts';
import { EXECUTIONS_PREFIX, ORDERS_PREFIX } from '../workflow/keys.ts';
import { checkFailedEvents } from './destination/check-failed-events.ts';
import { checkLogGroup } from './log/check-log-group.ts';
import { ExecutionEnds } from './sweep/execution-ends.ts';
import { serveHealth } from './health-server.ts';
import { horizonMs } from './sweep/horizon.ts';
import { MONITOR_METRICS } from './metric-names.ts';
import { Monitor } from './monitor.ts';
import { paceOf, quotaOf } from './log/quota-pace.ts';
import { readMonitorEnvironment } from './read-environment.ts';
import { StockHousekeeping } from './stock-housekeeping.ts';

const SHUTDOWN_MS = 10_000;
/** A call that takes longer is given up and tried again. Without the third setting the SDK only warns. */
const TIMEOUTS = {
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    socketTimeout: 10_000,
  },
};
/** A receive is answered after 20 s when there is nothing: the same time on top of that. */
const RECEIVE_TIMEOUTS = {
  requestHandler: { ...TIMEOUTS.requestHandler, requestTimeout: 30_000, socketTimeout: 30_000 },
};

async function main(): Promise<void> {
  const environment = readMonitorEnvironment(process.env);
  const logger = createLogger({ name: 'monitor', level: environment.LOG_LEVEL });
  const clock = systemClock;
  const shutdown = installShutdown({ logger, clock, timeoutMs: SHUTDOWN_MS });
  const metrics = new MetricsEmitter({
    stackName: environment.STACK_NAME,
    heartbeat: MONITOR_METRICS.heartbeat,
    clock,
    destination: process.stdout,
    random: Math.random,
  });
  // Registered first, so closed last: what the others count while they end is written as well.
  shutdown.onClose('metrics', () => metrics.writeRest());

  // One call for each turn of the reader's pace: retries of the SDK's own would be calls that nobody counts.
  const logs = new CloudWatchLogsClient({ ...TIMEOUTS, maxAttempts: 1 });
  const appStore = openBucket(environment.APP_STORE_BUCKET, TIMEOUTS);
  const stateStorage = openBucket(environment.STATE_STORAGE_BUCKET, TIMEOUTS);
  const store = new ExecutionStore({ appStore, stateStorage });
  const ends = new ExecutionEnds({ store, definition: BOOKING });
  const logGroup = environment.LOG_GROUP;
  // The region's endpoint, or the one that the environment names: not whatever host the queue's URL has.
  const sqs = new SQSClient({ ...RECEIVE_TIMEOUTS, useQueueUrlAsEndpoint: false });
  const failedEventsQueueUrl = environment.FAILED_EVENTS_QUEUE_URL;

  const isActing = environment.MONITOR_MODE === 'act';
  const monitor = new Monitor({
    mode: environment.MONITOR_MODE,
    definition: BOOKING,
    handlers: bookingHandlers({ appStore }),
    store,
    ends,
    logs,
    lambda: new LambdaClient(TIMEOUTS),
    logGroup,
    sqs,
    failedEventsQueueUrl,
    stepFunctions: environment.STEP_FUNCTIONS,
    evidenceSlackMs: environment.EVIDENCE_SLACK_MS,
    horizonMs: horizonMs(environment.ORDER_RETENTION_DAYS),
    logPaceMs: environment.LOG_PACE_MS ?? paceOf(environment.AWS_REGION),
    rates: {
      looksPerSecond: environment.LOOKS_PER_SECOND,
      invocationsPerSecond: environment.INVOCATIONS_PER_SECOND,
    },
    logQuotaPerSecond: quotaOf(environment.AWS_REGION),
    clock,
    logger,
    metrics,
    random: Math.random,
  });
  await runStartChecks(
    [
      () => checkBucket({ store: appStore, prefix: ORDERS_PREFIX, variable: 'APP_STORE_BUCKET' }),
      () => checkBucket({ store: stateStorage, prefix: EXECUTIONS_PREFIX, variable: 'STATE_STORAGE_BUCKET' }),
      () => checkLogGroup({ client: logs, logGroup, now: clock.now() }),
      // It receives as the monitor does, and who only shows must not.
      ...(isActing ? [() => checkFailedEvents({ client: sqs, queueUrl: failedEventsQueueUrl })] : []),
    ],
    { clock, logger },
  );
  // Told to end while it checked: closing has begun and ends the process.
  if (shutdown.signal.aborted) return;

  if (environment.PORT !== undefined) {
    const health = await serveHealth({
      host: environment.HOST,
      port: environment.PORT,
      complaints: () => monitor.complaints(),
      details: () => ({ monitor: monitor.status() }),
    });
    shutdown.onClose('health server', () => health.close());
    logger.info('health is served', { url: health.url });
  }
  const housekeeping = new StockHousekeeping({
    appStore,
    stock: new StockStore({ objects: appStore }),
    endOf: (executionId) => ends.of(executionId),
    clock,
    logger,
    random: Math.random,
  });
  const running = Promise.all([
    monitor.run(shutdown.signal),
    ...(isActing ? [housekeeping.run(shutdown.signal)] : []),
    metrics.run(shutdown.signal),
  ]);
  shutdown.onClose('monitor', async () => {
    await running;
  });
  logger.info('monitor started', { workflow: BOOKING.name, logGroup, mode: environment.MONITOR_MODE });
}

try {
  await main();
} catch (error) {
  const { line, exitCode } = describeStartFailure('monitor', error);
  process.stderr.write(line);
  process.exit(exitCode);
}

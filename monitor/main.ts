import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { StockStore } from '../booking/stock-store.ts';
import { BOOKING } from '../booking/workflow.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { bookingHandlers } from '../recovery/booking/handlers.ts';
import { ExecutionStore } from '../storage/execution-store.ts';
import { ObjectStore } from '../storage/object-store.ts';
import { readExecutionEnd } from './execution-end.ts';
import { paceOf } from './log-reader.ts';
import { Monitor } from './monitor.ts';
import { readMonitorEnvironment } from './read-environment.ts';
import { StockHousekeeping } from './stock-housekeeping.ts';

/** S3 expires lazily and clocks differ: orders in their last day are left alone, so that expiry never looks like failure. */
const EXPIRY_MARGIN_DAYS = 1;
const DAY_MS = 86_400_000;
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

function readEnvironmentOrExit() {
  try {
    return readMonitorEnvironment(process.env);
  } catch (error) {
    process.stderr.write(`monitor: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(78);
  }
}

const environment = readEnvironmentOrExit();
const logger = createLogger({ name: 'monitor', level: environment.LOG_LEVEL });
const clock = systemClock;
const shutdown = installShutdown({ logger, clock, timeoutMs: SHUTDOWN_MS });

const s3 = new S3Client(TIMEOUTS);
const appStore = new ObjectStore({ client: s3, bucket: environment.APP_STORE_BUCKET });
const stateStorage = new ObjectStore({ client: s3, bucket: environment.STATE_STORAGE_BUCKET });
const store = new ExecutionStore({ appStore, stateStorage });

const monitor = new Monitor({
  definition: BOOKING,
  handlers: bookingHandlers({ appStore }),
  store,
  logs: new CloudWatchLogsClient(TIMEOUTS),
  lambda: new LambdaClient(TIMEOUTS),
  logGroup: environment.LOG_GROUP,
  stepFunctions: environment.STEP_FUNCTIONS,
  evidenceSlackMs: environment.EVIDENCE_SLACK_MS,
  horizonMs: (environment.ORDER_RETENTION_DAYS - EXPIRY_MARGIN_DAYS) * DAY_MS,
  logPaceMs: paceOf(environment.AWS_REGION),
  clock,
  logger,
  random: Math.random,
});
const running = Promise.all([
  monitor.run(shutdown.signal),
  new StockHousekeeping({
    appStore,
    stock: new StockStore({ objects: appStore }),
    endOf: (executionId) => readExecutionEnd(store, BOOKING, executionId),
    clock,
    logger,
    random: Math.random,
  }).run(shutdown.signal),
]);
shutdown.onClose('monitor', async () => {
  await running;
});
logger.info('monitor started', { workflow: BOOKING.name, logGroup: environment.LOG_GROUP });

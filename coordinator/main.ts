import { fileURLToPath } from 'node:url';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { uuidv7 } from 'uuidv7';
import { ItemStore } from '../booking/item-store.ts';
import { BOOKING } from '../booking/workflow.ts';
import { systemClock } from '../platform/clock.ts';
import { describeStartFailure } from '../platform/configuration-error.ts';
import { readEnvironment } from '../platform/environment.ts';
import { createLogger } from '../platform/logger.ts';
import { MetricsEmitter } from '../platform/metrics-emitter.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { runStartChecks } from '../platform/start-checks.ts';
import { checkBucket } from '../storage/check-bucket.ts';
import { ExecutionStore } from '../storage/execution-store.ts';
import { openBucket } from '../storage/open-bucket.ts';
import { EXECUTIONS_PREFIX, ORDERS_PREFIX } from '../workflow/keys.ts';
import { createApp } from './app.ts';
import { countOrders } from './count-orders.ts';
import { FaultClient } from './fault-client.ts';
import { IncidentRedriver } from './incident-redriver.ts';
import { describeDeployment } from './describe-deployment.ts';
import { COORDINATOR_METRICS } from './metric-names.ts';
import { readPageFiles } from './page-files.ts';
import { SelfCheck } from './self-check.ts';
import { listen } from './server.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { WatchHub } from './watch-hub.ts';

/** Open requests get this long to end: an order is a write of some 50 ms. */
const GRACE_MS = 3000;
const SHUTDOWN_TIMEOUT_MS = 5000;
/** Beside this file, as the archive has them. */
const PAGE_FOLDER = fileURLToPath(new URL('page', import.meta.url));

async function main(settings: Settings): Promise<void> {
  const clock = systemClock;
  const logger = createLogger({ name: 'coordinator', level: settings.LOG_LEVEL });
  const shutdown = installShutdown({ logger, clock, timeoutMs: SHUTDOWN_TIMEOUT_MS });
  const metrics = new MetricsEmitter({
    stackName: settings.STACK_NAME,
    heartbeat: COORDINATOR_METRICS.heartbeat,
    clock,
    destination: process.stdout,
    random: Math.random,
  });
  // Registered first, so closed last: what the others count while they end is written as well.
  shutdown.onClose('metrics', () => metrics.writeRest());
  const s3: S3ClientConfig = {
    region: settings.AWS_REGION,
    // A customer waits: three tries of five seconds at most, then a 503.
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 5000,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 128 },
      httpsAgent: { maxSockets: 128 },
    },
  };
  const appStore = openBucket(settings.APP_STORE_BUCKET, s3);
  const stateStorage = openBucket(settings.STATE_STORAGE_BUCKET, s3);
  shutdown.onClose('S3 clients', () => {
    appStore.close();
    stateStorage.close();
  });
  const executions = new ExecutionStore({ appStore, stateStorage });
  await runStartChecks(
    [
      () => checkBucket({ store: appStore, prefix: ORDERS_PREFIX, variable: 'APP_STORE_BUCKET' }),
      () => checkBucket({ store: stateStorage, prefix: EXECUTIONS_PREFIX, variable: 'STATE_STORAGE_BUCKET' }),
    ],
    { clock, logger },
  );
  // Told to end while it checked: closing has begun and ends the process.
  if (shutdown.signal.aborted) return;

  const page = await readPageFiles(PAGE_FOLDER);
  if (page === undefined) logger.warn('There is no page beside this program', { folder: PAGE_FOLDER });

  const hub = new WatchHub({ executions, workflow: BOOKING, clock, logger });
  const counted = countOrders(executions, metrics);
  const redriver = new IncidentRedriver({
    stateStorage,
    executions: counted,
    workflow: BOOKING,
    clock,
    logger,
    newExecutionId: uuidv7,
  });
  const app = createApp({
    workflow: BOOKING,
    items: new ItemStore({
      objects: appStore,
      onUnreadable: (itemId, error) => logger.warn('Item cannot be read', { itemId, error }),
    }),
    executions: counted,
    appStore,
    stateStorage,
    hub,
    redriver,
    clock,
    logger,
    metrics,
    newExecutionId: uuidv7,
    deployment: describeDeployment(settings),
    faults: faultsOf(settings),
    page,
    allowedHosts: settings.ALLOWED_HOSTS,
  });
  const server = await listen({ app, host: settings.HOST, port: settings.PORT, graceMs: GRACE_MS });
  shutdown.onClose('HTTP server', () => server.close());
  // Closed before the server, which waits for the streams to end.
  shutdown.onClose('watches', () => hub.close());
  void metrics.run(shutdown.signal);
  const redriving = redriver.run(shutdown.signal);
  shutdown.onClose('redrives of incidents', () => redriving);
  void new SelfCheck({ appStore, stateStorage, clock, logger, metrics }).run(shutdown.signal);
  logger.info('Listening', { url: server.url });
}

function faultsOf({ FAULTS_URL: url, FAULTS_TOKEN: token }: Settings): FaultClient | undefined {
  return url === '' ? undefined : new FaultClient({ url, token });
}

try {
  await main(readEnvironment(SETTINGS, process.env));
} catch (error) {
  const { line, exitCode } = describeStartFailure('coordinator', error);
  process.stderr.write(line);
  process.exit(exitCode);
}

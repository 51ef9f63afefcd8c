import { S3Client } from '@aws-sdk/client-s3';
import { uuidv7 } from 'uuidv7';
import { ItemStore } from '../booking/item-store.ts';
import { BOOKING } from '../booking/workflow.ts';
import { systemClock } from '../platform/clock.ts';
import { InvalidEnvironmentError, readEnvironment } from '../platform/environment.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { ExecutionStore } from '../storage/execution-store.ts';
import { ObjectStore } from '../storage/object-store.ts';
import { createApp } from './app.ts';
import { listen } from './server.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { WatchHub } from './watch-hub.ts';

/** Open requests get this long to end: an order is a write of some 50 ms. */
const GRACE_MS = 3000;
const SHUTDOWN_TIMEOUT_MS = 5000;

async function main(settings: Settings): Promise<void> {
  const clock = systemClock;
  const logger = createLogger({ name: 'coordinator', level: settings.LOG_LEVEL });
  const shutdown = installShutdown({ logger, clock, timeoutMs: SHUTDOWN_TIMEOUT_MS });
  const client = new S3Client({
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
  });
  shutdown.onClose('S3 client', () => client.destroy());

  const appStore = new ObjectStore({ client, bucket: settings.APP_STORE_BUCKET });
  const stateStorage = new ObjectStore({ client, bucket: settings.STATE_STORAGE_BUCKET });
  const executions = new ExecutionStore({ appStore, stateStorage });
  const hub = new WatchHub({ executions, workflow: BOOKING, clock, logger });
  const app = createApp({
    workflow: BOOKING,
    items: new ItemStore({
      objects: appStore,
      onUnreadable: (itemId, error) => logger.warn('Item cannot be read', { itemId, error }),
    }),
    executions,
    appStore,
    stateStorage,
    hub,
    clock,
    logger,
    newExecutionId: uuidv7,
    allowedHosts: settings.ALLOWED_HOSTS,
  });
  const server = await listen({ app, host: settings.HOST, port: settings.PORT, graceMs: GRACE_MS });
  shutdown.onClose('HTTP server', () => server.close());
  // Closed before the server, which waits for the streams to end.
  shutdown.onClose('watches', () => hub.close());
  logger.info('Listening', { url: server.url });
}

/** Nobody reads a stack to learn that a variable is missing or a port is taken. */
function explain(error: unknown): string {
  if (error instanceof InvalidEnvironmentError) return error.problems.join('; ');
  return error instanceof Error ? error.message : String(error);
}

try {
  await main(readEnvironment(SETTINGS, process.env));
} catch (error) {
  process.stderr.write(`The coordinator cannot start: ${explain(error)}\n`);
  process.exit(1);
}

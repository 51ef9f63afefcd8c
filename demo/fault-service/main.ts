import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createAwsClients } from '../../laptop/aws-access.ts';
import { describeStack } from '../../laptop/describe-stack.ts';
import { systemClock } from '../../platform/clock.ts';
import { describeStartFailure } from '../../platform/configuration-error.ts';
import { readEnvironment, type Environment } from '../../platform/environment.ts';
import { createLogger } from '../../platform/logger.ts';
import { installShutdown } from '../../platform/shutdown.ts';
import { buildBroken } from '../faults/broken-builds.ts';
import { FaultInjector } from '../faults/fault-injector.ts';
import { findDeployment } from '../faults/find-deployment.ts';
import { CLOSED_ENDPOINT } from '../laptop-targets.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { startSilentListener } from '../silent-listener.ts';
import { requireBreakable } from '../stack-description.ts';
import { createFaultService } from './app.ts';
import { FaultSwitch } from './fault-switch.ts';
import { namedFaults } from './named-faults.ts';
import { SETTINGS } from './settings.ts';

/**
 * Breaks the stack of `npm start` on request, and mends it: the demo's faults behind a small HTTP API on loopback. A process
 * of its own, with the rights of an administrator of the AWS on loopback, which the coordinator does not have.
 */

const SHUTDOWN_TIMEOUT_MS = 5000;

async function main(settings: Environment<typeof SETTINGS>): Promise<void> {
  const logger = createLogger({ name: 'fault-service', level: 'info' });
  const shutdown = installShutdown({ logger, clock: systemClock, timeoutMs: SHUTDOWN_TIMEOUT_MS });
  const clients = createAwsClients({
    endpoint: settings.AWS_ENDPOINT_URL,
    region: settings.AWS_REGION,
    accessKeyId: settings.AWS_ACCESS_KEY_ID,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
  });
  const { cloudFormation, lambda, s3 } = clients;
  shutdown.onClose('AWS clients', () => clients.close());
  const description = await describeStack(cloudFormation, settings.STACK_NAME);
  requireBreakable(description);
  const deployment = await findDeployment(cloudFormation, description);
  const silent = await startSilentListener();
  shutdown.onClose('silent listener', () => silent.close());

  const injector = new FaultInjector({ deployment, lambda, s3, clock: systemClock, buildBroken });
  const surroundings = { closedEndpoint: CLOSED_ENDPOINT, silentEndpoint: silent.url };
  const faults = new FaultSwitch({ injector, faults: namedFaults(SCENARIOS, surroundings) });
  const app = createFaultService({ faults, token: settings.FAULTS_TOKEN, logger });
  const server = createServer(
    // The listener answers its own errors.
    (request, response) => void listener(request, response),
  );
  const listener = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  server.listen(settings.FAULTS_PORT, '127.0.0.1');
  await once(server, 'listening');
  shutdown.onClose('HTTP server', () => {
    server.close();
    server.closeAllConnections();
  });
  // What a run before this one left in goes first.
  await faults.reset();
  logger.info('Listening', { port: settings.FAULTS_PORT });
}

try {
  await main(readEnvironment(SETTINGS, process.env));
} catch (error) {
  const { line, exitCode } = describeStartFailure('fault-service', error);
  process.stderr.write(line);
  process.exit(exitCode);
}

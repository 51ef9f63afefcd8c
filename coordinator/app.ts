import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { ItemStore } from '../booking/item-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { countApiErrors } from './count-api-errors.ts';
import { answerErrors } from './error-response.ts';
import type { IncidentRedriver } from './incident-redriver.ts';
import { Incidents } from './incidents.ts';
import type { FaultClient } from './fault-client.ts';
import { ItemQuotes } from './item-quotes.ts';
import { OrderListing } from './list-orders.ts';
import { problem, problemResponse } from './problem.ts';
import { knownHostsOnly, limitBody, ownOriginOnly, secureHeaders } from './request-guards.ts';
import type { PageFiles } from './page-files.ts';
import { deploymentRoutes } from './routes/deployment.ts';
import { faultRoutes } from './routes/faults.ts';
import { healthRoutes } from './routes/health.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { itemRoutes } from './routes/items.ts';
import { monitorRoutes } from './routes/monitor.ts';
import { orderEventsRoutes } from './routes/order-events.ts';
import { orderFactsRoutes } from './routes/order-facts.ts';
import { orderRoutes } from './routes/orders.ts';
import { pageRoutes } from './routes/page.ts';
import { recoveryRoutes } from './routes/recovery.ts';
import { redriveRoutes } from './routes/redrive.ts';
import type { DeploymentRepresentation } from './schemas/deployment.ts';
import type { WatchHub } from './watch-hub.ts';

export interface AppOptions {
  readonly workflow: WorkflowDefinition;
  readonly items: Pick<ItemStore, 'put' | 'get' | 'list' | 'availability'>;
  readonly executions: Pick<ExecutionStore, 'read' | 'putOrder' | 'putRedrive' | 'putRecoveryRequest' | 'ring'>;
  readonly appStore: Pick<ObjectStore, 'bucket' | 'putIfAbsent' | 'listPage' | 'get'>;
  readonly stateStorage: Pick<ObjectStore, 'bucket' | 'list' | 'listPage' | 'get' | 'putIfAbsent'>;
  /** Who made it closes it. */
  readonly hub: Pick<WatchHub, 'watch'>;
  /** Who made it runs it. */
  readonly redriver: Pick<IncidentRedriver, 'wake'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Gives a new UUIDv7, lower-case. */
  readonly newExecutionId: () => string;
  readonly deployment: DeploymentRepresentation;
  /** Absent: this stack cannot be broken from here. */
  readonly faults?: Pick<FaultClient, 'status' | 'putIn' | 'takeOut'> | undefined;
  /** Absent: the API alone. */
  readonly page?: PageFiles | undefined;
  /** Host names to answer for besides this machine's own; without ports. */
  readonly allowedHosts: readonly string[];
}

/** The HTTP API without a server: `fetch` it, or mount it beside others. */
export function createApp(options: AppOptions): OpenAPIHono {
  const quotes = new ItemQuotes(options);
  const listing = new OrderListing(options);
  const incidents = new Incidents(options);
  const app = new OpenAPIHono();

  app.onError(answerErrors(options.logger));
  app.notFound(({ req }) =>
    problemResponse(problem('no-such-resource', `There is nothing at ${req.path.slice(0, 200)}.`)),
  );
  app.use(secureHeaders());
  // Before the guards: whoever checks a machine's health calls it by its address.
  app.route('/', healthRoutes(options));
  // After the health checks: a load balancer that asks every few seconds would drown what customers saw.
  app.use(countApiErrors(options.metrics));
  app.use(knownHostsOnly(options.allowedHosts), ownOriginOnly(), limitBody());
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (_, methods) => refuseMethod(methods) }));

  app.route('/', itemRoutes({ ...options, quotes }));
  app.route('/', orderRoutes({ ...options, quotes, listing }));
  app.route('/', orderEventsRoutes(options));
  app.route('/', orderFactsRoutes(options));
  app.route('/', redriveRoutes(options));
  app.route('/', incidentRoutes({ ...options, incidents }));
  app.route('/', recoveryRoutes(options));
  app.route('/', monitorRoutes(options));
  app.route('/', deploymentRoutes(options));
  if (options.faults !== undefined) app.route('/', faultRoutes(options.faults));
  if (options.page !== undefined) app.route('/', pageRoutes(options.page));
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Orders',
      version: '1',
      description: 'Takes orders and tells how they went. Errors are RFC 9457 problems.',
    },
  });
  return app;
}

function refuseMethod(methods: readonly string[]): Response {
  const allow = methods.join(', ');
  return problemResponse(problem('method-not-allowed', `The methods of this resource are ${allow}.`), { allow });
}

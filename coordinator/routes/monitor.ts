import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Clock } from '../../platform/clock.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { MONITOR_STATUS_KEY } from '../../workflow/keys.ts';
import { representMonitor } from '../represent-monitor.ts';
import { monitorSchema } from '../schemas/monitor.ts';
import { problemResponses } from '../schemas/problem.ts';

export interface MonitorRoutesOptions {
  readonly stateStorage: Pick<ObjectStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

const getRoute = createRoute({
  method: 'get',
  path: '/monitor',
  operationId: 'getMonitor',
  summary: "Whether the monitor runs, and how far it sees the functions' log",
  responses: {
    200: { description: 'What it last said', content: { 'application/json': { schema: monitorSchema } } },
    ...problemResponses(),
  },
});

export function monitorRoutes({ stateStorage, clock }: MonitorRoutesOptions): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(getRoute, async (context) =>
    context.json(representMonitor(await readStatus(stateStorage), clock.now()), 200),
  );
  return routes;
}

async function readStatus(stateStorage: MonitorRoutesOptions['stateStorage']): Promise<unknown> {
  try {
    return (await stateStorage.get(MONITOR_STATUS_KEY))?.body;
  } catch (error) {
    // Written anew within half a minute by every monitor that runs.
    if (error instanceof UnreadableObjectError) return undefined;
    throw error;
  }
}

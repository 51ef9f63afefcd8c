import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Clock } from '../../platform/clock.ts';
import type { IndexedFailure } from '../../workflow/failure-index.ts';
import type { IncidentRedriver } from '../incident-redriver.ts';
import type { Incidents, IncidentView } from '../incidents.ts';
import { isoInstant } from '../instant.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import { problem, ProblemError } from '../problem.ts';
import { representIncident, representIncidentDetail } from '../represent-incident.ts';
import { ORDER_RETENTION_MS } from '../retention.ts';
import { incidentDetailSchema, incidentIdParams, incidentListQuery, incidentListSchema } from '../schemas/incident.ts';
import { problemResponses } from '../schemas/problem.ts';

export interface IncidentRoutesOptions {
  readonly incidents: Pick<Incidents, 'page' | 'find' | 'requestRedrive' | 'sample'>;
  readonly redriver: Pick<IncidentRedriver, 'wake'>;
  readonly clock: Pick<Clock, 'now'>;
}

const detailContent = { 'application/json': { schema: incidentDetailSchema } };

const listRoute = createRoute({
  method: 'get',
  path: '/incidents',
  operationId: 'listIncidents',
  summary: 'Many equal failures of one function within a short time, each with its cause, newest first',
  request: { query: incidentListQuery },
  responses: {
    200: { description: 'A page of incidents', content: { 'application/json': { schema: incidentListSchema } } },
    ...problemResponses(400),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/incidents/{incidentId}',
  operationId: 'getIncident',
  summary: 'One incident, with what the first and the last failure said',
  request: { params: incidentIdParams },
  responses: { 200: { description: 'The incident', content: detailContent }, ...problemResponses(400, 404) },
});

const redriveRoute = createRoute({
  method: 'post',
  path: '/incidents/{incidentId}/redrive',
  operationId: 'redriveIncident',
  summary:
    'Repeats every order of an incident, once its cause is gone, as POST /orders/{orderId}/redrive repeats one. ' +
    'However often it is asked for, each order is repeated once.',
  request: { params: incidentIdParams },
  responses: {
    202: {
      description: 'It is going to be done, or is done; `redrives` says how far it is.',
      headers: z.object({ Location: z.string().openapi({ description: 'Where the incident is' }) }),
      content: detailContent,
    },
    ...problemResponses(400, 404),
  },
});

export function incidentRoutes({ incidents, redriver, clock }: IncidentRoutesOptions): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });

  const findOrRefuse = async (incidentId: string): Promise<IncidentView> => {
    const found = await incidents.find(incidentId);
    if (found !== undefined) return found;
    const detail = `No incident begins with ${incidentId}: GET /incidents lists those that there are.`;
    throw new ProblemError(problem('no-such-incident', detail));
  };
  const represent = async (view: IncidentView) => {
    const { failures } = view.incident;
    const sampleOf = async (failure: IndexedFailure | undefined) => failure && incidents.sample(failure);
    const [first, last] = await Promise.all([sampleOf(failures[0]), sampleOf(failures.at(-1))]);
    return representIncidentDetail(view, { first, last });
  };

  routes.openapi(listRoute, async (context) => {
    const { before } = context.req.valid('query');
    const oldest = clock.now() - ORDER_RETENTION_MS;
    const page = await incidents.page(oldest, before === undefined ? undefined : Date.parse(before));
    return context.json(
      {
        incidents: page.incidents.map(representIncident),
        lookedBackTo: isoInstant(page.lookedBackTo),
        ...(page.before !== undefined && { before: isoInstant(page.before) }),
      },
      200,
    );
  });

  routes.openapi(getRoute, async (context) => {
    const { incidentId } = context.req.valid('param');
    return context.json(await represent(await findOrRefuse(incidentId)), 200);
  });

  routes.openapi(redriveRoute, async (context) => {
    const { incidentId } = context.req.valid('param');
    await incidents.requestRedrive(await findOrRefuse(incidentId));
    redriver.wake();
    const location = `/incidents/${incidentId}`;
    return context.json(await represent(await findOrRefuse(incidentId)), 202, { location });
  });

  return routes;
}

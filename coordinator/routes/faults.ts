import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { FaultClient } from '../fault-client.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import { faultNameParams, faultsSchema } from '../schemas/faults.ts';
import { problemResponses } from '../schemas/problem.ts';

const content = { 'application/json': { schema: faultsSchema } };

const getRoute = createRoute({
  method: 'get',
  path: '/faults',
  operationId: 'getFaults',
  summary: 'How this stack can be broken on purpose, and how it is broken now. Only where it may be.',
  responses: { 200: { description: 'The faults', content }, ...problemResponses() },
});

const putRoute = createRoute({
  method: 'put',
  path: '/faults/{name}',
  operationId: 'putFault',
  summary: 'Breaks the stack in one way, and in no other; answers when that is in force',
  request: { params: faultNameParams },
  responses: { 200: { description: 'It is in force', content }, ...problemResponses(400, 404, 409) },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/faults',
  operationId: 'deleteFaults',
  summary: 'Puts back what the template of the stack says; answers when that is in force',
  responses: { 200: { description: 'Nothing is broken', content }, ...problemResponses(409) },
});

export function faultRoutes(client: Pick<FaultClient, 'status' | 'putIn' | 'takeOut'>): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });
  routes.openapi(getRoute, async (context) => context.json(await client.status(), 200));
  routes.openapi(putRoute, async (context) => context.json(await client.putIn(context.req.valid('param').name), 200));
  routes.openapi(deleteRoute, async (context) => context.json(await client.takeOut(), 200));
  return routes;
}

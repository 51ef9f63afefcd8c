import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { refuseInvalidInput } from '../invalid-input.ts';
import { noSuchOrder } from '../problem.ts';
import { readOrderFacts, type ReadOrderFactsCollaborators } from '../read-order-facts.ts';
import { orderFactsSchema } from '../schemas/order-facts.ts';
import { orderIdParams } from '../schemas/order-requests.ts';
import { problemResponses } from '../schemas/problem.ts';

const getRoute = createRoute({
  method: 'get',
  path: '/orders/{orderId}/facts',
  operationId: 'getOrderFacts',
  summary: 'The objects that the order consists of, as they lie in S3',
  request: { params: orderIdParams },
  responses: {
    200: { description: 'The objects', content: { 'application/json': { schema: orderFactsSchema } } },
    ...problemResponses(400, 404),
  },
});

export function orderFactsRoutes(collaborators: ReadOrderFactsCollaborators): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });
  routes.openapi(getRoute, async (context) => {
    const { orderId } = context.req.valid('param');
    const facts = await readOrderFacts(collaborators, orderId);
    if (facts === undefined) throw noSuchOrder(orderId);
    return context.json(facts, 200);
  });
  return routes;
}

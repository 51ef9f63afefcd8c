import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { acceptedHeaders, viewAcceptedOrder } from '../accept-order.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import { noSuchOrder, problem, ProblemError } from '../problem.ts';
import { redrive, type RedriveCollaborators } from '../redrive.ts';
import { representOrder } from '../represent-order.ts';
import { acceptedResponse, orderIdParams } from '../schemas/order-requests.ts';
import { problemResponses } from '../schemas/problem.ts';

const redriveRoute = createRoute({
  method: 'post',
  path: '/orders/{orderId}/redrive',
  operationId: 'redriveOrder',
  summary:
    'Repeats a failed order as a new one, once its recovery is done, with its input and at the price it had. ' +
    'However often it is asked for, there is one new order.',
  request: { params: orderIdParams },
  responses: { 202: acceptedResponse, ...problemResponses(400, 404, 409) },
});

export function redriveRoutes(collaborators: RedriveCollaborators): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });
  routes.openapi(redriveRoute, async (context) => {
    const { orderId } = context.req.valid('param');
    const redriven = await redrive(collaborators, orderId);
    if (redriven.outcome === 'no-such-order') throw noSuchOrder(orderId);
    if (redriven.outcome === 'not-redrivable') {
      const detail = `Order ${orderId} cannot be repeated: ${redriven.reason}. Only a failed order whose recovery is done can.`;
      throw new ProblemError(problem('not-redrivable', detail, { orderId, orderStatus: redriven.status }));
    }
    const view = await viewAcceptedOrder(collaborators, redriven);
    return context.json(representOrder(view), 202, acceptedHeaders(redriven));
  });
  return routes;
}

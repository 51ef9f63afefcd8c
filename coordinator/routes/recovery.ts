import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { refuseInvalidInput } from '../invalid-input.ts';
import { noSuchOrder, problem, ProblemError } from '../problem.ts';
import { representOrder } from '../represent-order.ts';
import { requestRecovery, type RequestRecoveryCollaborators } from '../request-recovery.ts';
import { orderIdParams, recoveryRequestedResponse } from '../schemas/order-requests.ts';
import { problemResponses } from '../schemas/problem.ts';

const recoveryRoute = createRoute({
  method: 'post',
  path: '/orders/{orderId}/recovery',
  operationId: 'requestRecovery',
  summary:
    'Asks for the recovery of a failed order to be tried now: once the cause is gone that it failed for, or to let the ' +
    'recovery of a held order begin. A request that waits for its try is not made twice.',
  request: { params: orderIdParams },
  responses: { 202: recoveryRequestedResponse, ...problemResponses(400, 404, 409) },
});

export function recoveryRoutes(collaborators: RequestRecoveryCollaborators): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });
  routes.openapi(recoveryRoute, async (context) => {
    const { orderId } = context.req.valid('param');
    const requested = await requestRecovery(collaborators, orderId);
    if (requested.outcome === 'no-such-order') throw noSuchOrder(orderId);
    if (requested.outcome === 'not-recoverable') {
      const detail = `Recovery of order ${orderId} cannot be asked for: ${requested.reason}. Only of an order whose failure is not recovered from can it.`;
      throw new ProblemError(problem('not-recoverable', detail, { orderId, orderStatus: requested.status }));
    }
    return context.json(representOrder(requested.view), 202, {
      location: `/orders/${orderId}`,
      ...(requested.isReplay && { 'idempotent-replayed': 'true' }),
    });
  });
  return routes;
}

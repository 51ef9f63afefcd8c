import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { acceptedHeaders, viewAcceptedOrder, type AcceptedOrder } from '../accept-order.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import type { OrderListing } from '../list-orders.ts';
import { noSuchOrder, problem, ProblemError } from '../problem.ts';
import { readOrder } from '../read-order.ts';
import { representOrder } from '../represent-order.ts';
import { orderListSchema } from '../schemas/order-list.ts';
import { acceptedResponse, idempotencyHeaders, orderIdParams, orderListQuery } from '../schemas/order-requests.ts';
import { orderRequestSchema, orderSchema } from '../schemas/order.ts';
import { problemResponses } from '../schemas/problem.ts';
import { submitOrder, type OrderRequest, type SubmitOrderCollaborators } from '../submit-order.ts';
import type { ReadOrderCollaborators } from '../read-order.ts';

export interface OrderRoutesOptions extends SubmitOrderCollaborators {
  readonly executions: SubmitOrderCollaborators['executions'] & ReadOrderCollaborators['executions'];
  readonly listing: Pick<OrderListing, 'page'>;
}

const submitRoute = createRoute({
  method: 'post',
  path: '/orders',
  operationId: 'submitOrder',
  summary: 'Takes an order at the price of now. Whether enough units are left turns out later, in its status.',
  request: {
    headers: idempotencyHeaders,
    body: { required: true, content: { 'application/json': { schema: orderRequestSchema } } },
  },
  responses: { 202: acceptedResponse, ...problemResponses(400, 409, 413, 415, 422) },
});

const listRoute = createRoute({
  method: 'get',
  path: '/orders',
  operationId: 'listOrders',
  summary:
    'Orders, newest first. With a filter, a page is what was found among the orders that it looked at, a thousand at most.',
  request: { query: orderListQuery },
  responses: {
    200: { description: 'A page of orders', content: { 'application/json': { schema: orderListSchema } } },
    ...problemResponses(400),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/orders/{orderId}',
  operationId: 'getOrder',
  summary: 'One order with its steps, its failure and its recovery',
  request: { params: orderIdParams },
  responses: {
    200: { description: 'The order', content: { 'application/json': { schema: orderSchema } } },
    ...problemResponses(400, 404),
  },
});

export function orderRoutes(options: OrderRoutesOptions): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });

  routes.openapi(submitRoute, async (context) => {
    const { 'idempotency-key': key } = context.req.valid('header');
    const accepted = await acceptOrRefuse(options, context.req.valid('json'), key);
    const view = await viewAcceptedOrder(options, accepted);
    return context.json(representOrder(view), 202, acceptedHeaders(accepted));
  });

  routes.openapi(listRoute, async (context) => {
    return context.json(await options.listing.page(context.req.valid('query')), 200);
  });

  routes.openapi(getRoute, async (context) => {
    const { orderId } = context.req.valid('param');
    const view = await readOrder(options, orderId);
    if (view === undefined) throw noSuchOrder(orderId);
    return context.json(representOrder(view), 200);
  });

  return routes;
}

async function acceptOrRefuse(
  options: OrderRoutesOptions,
  request: OrderRequest,
  key?: string,
): Promise<AcceptedOrder> {
  const submission = await submitOrder(options, request, key);
  switch (submission.outcome) {
    case 'accepted':
      return submission;
    case 'unknown-item': {
      const detail = `There is no item ${request.itemId}.`;
      throw new ProblemError(problem('unknown-item', detail, { errors: [{ pointer: '#/itemId', detail }] }));
    }
    case 'key-reused':
      throw new ProblemError(
        problem(
          'idempotency-key-reused',
          'An order with another body was sent with this Idempotency-Key before. Use a new key.',
        ),
      );
    case 'key-spent':
      throw new ProblemError(
        problem('idempotency-key-spent', `This Idempotency-Key cannot be used: ${submission.reason}. Use a new key.`),
      );
  }
}

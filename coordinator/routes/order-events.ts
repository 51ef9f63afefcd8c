import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Clock } from '../../platform/clock.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import { orderEvents } from '../order-events.ts';
import { noSuchOrder, problem, ProblemError } from '../problem.ts';
import { orderIdParams } from '../schemas/order-requests.ts';
import { problemResponses } from '../schemas/problem.ts';
import type { WatchHub } from '../watch-hub.ts';

export interface OrderEventsRoutesOptions {
  readonly hub: Pick<WatchHub, 'watch'>;
  readonly clock: Clock;
}

const eventsRoute = createRoute({
  method: 'get',
  path: '/orders/{orderId}/events',
  operationId: 'followOrder',
  summary: 'The order as it is and whenever it changes, as server-sent events, until it ends',
  request: {
    params: orderIdParams,
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'The last event that was seen. Anything else does no harm.' }),
    }),
  },
  responses: {
    200: {
      description: 'Events whose data is an Order as JSON on one line. Their id stands for that look of the order.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    204: { description: 'The order has ended, and the last event seen says so. Browsers then stop to ask.' },
    ...problemResponses(400, 404),
  },
});

export function orderEventsRoutes({ hub, clock }: OrderEventsRoutesOptions): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });
  routes.openapi(eventsRoute, async (context) => {
    const { orderId } = context.req.valid('param');
    const { 'last-event-id': lastEventId } = context.req.valid('header');
    const started = await hub.watch(orderId);
    if (started.outcome === 'no-such-order') throw noSuchOrder(orderId);
    if (started.outcome === 'too-many') {
      const detail = `As many orders are followed as this coordinator can follow. GET /orders/${orderId} still answers.`;
      throw new ProblemError(problem('too-many-watchers', detail), { 'retry-after': '5' });
    }
    const { watch, latest } = started;
    if (latest.isFinal && latest.id === lastEventId) {
      watch.leave();
      return context.body(null, 204);
    }
    return new Response(orderEvents({ watch, clock, lastEventId }), {
      // Some proxies collect an answer before they pass it on, unless they are told not to.
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    });
  });
  return routes;
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { checkReadiness, type ReadinessOptions } from '../check-readiness.ts';
import { problem, ProblemError } from '../problem.ts';
import { problemResponses } from '../schemas/problem.ts';

const statusContent = { 'application/json': { schema: z.object({ status: z.literal('ok') }).openapi('Health') } };

const livenessRoute = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  summary: 'Whether the process runs',
  responses: { 200: { description: 'It runs', content: statusContent } },
});

const readinessRoute = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Whether the coordinator can work: both buckets answer',
  responses: { 200: { description: 'It can', content: statusContent }, 503: problemResponses()[503] },
});

export function healthRoutes(options: ReadinessOptions): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(livenessRoute, (context) => context.json({ status: 'ok' as const }, 200));
  routes.openapi(readinessRoute, async (context) => {
    const complaints = await checkReadiness(options);
    if (complaints.length > 0) throw new ProblemError(problem('not-ready', complaints.join(' ')));
    return context.json({ status: 'ok' as const }, 200);
  });
  return routes;
}

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { deploymentSchema, type DeploymentRepresentation } from '../schemas/deployment.ts';
import { problemResponses } from '../schemas/problem.ts';

const getRoute = createRoute({
  method: 'get',
  path: '/deployment',
  operationId: 'getDeployment',
  summary: 'Which stack this is, and where else to look at it',
  responses: {
    200: { description: 'The stack', content: { 'application/json': { schema: deploymentSchema } } },
    ...problemResponses(),
  },
});

export function deploymentRoutes({ deployment }: { readonly deployment: DeploymentRepresentation }): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(getRoute, (context) => context.json(deployment, 200));
  return routes;
}

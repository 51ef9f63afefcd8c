import { z } from '@hono/zod-openapi';

export const deploymentSchema = z
  .object({
    stackName: z.string(),
    consoles: z
      .object({
        region: z.string(),
        appStore: z.string().openapi({ description: 'The bucket of the orders' }),
        stateStorage: z.string().openapi({ description: 'The bucket of the facts' }),
        logGroup: z.string().openapi({ description: "Of the functions' log" }),
      })
      .optional()
      .openapi({ description: "Where to look in AWS's consoles; absent where there is none" }),
    hasFaults: z.boolean().openapi({ description: 'Whether it can be broken on purpose, through /faults' }),
  })
  .openapi('Deployment');

export type DeploymentRepresentation = z.infer<typeof deploymentSchema>;

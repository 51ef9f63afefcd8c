import { z } from '@hono/zod-openapi';

export const faultNameParams = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'the name of a fault that GET /faults gives')
    .openapi({ example: 'access-denied' }),
});

export const faultsSchema = z
  .object({
    faults: z.array(z.object({ name: z.string(), how: z.string().openapi({ description: 'What is done' }) })),
    inForce: z.string().optional().openapi({ description: 'The one that is in' }),
    isChanging: z.boolean().openapi({ description: 'One is being put in or taken out' }),
  })
  .openapi('Faults');

export type FaultsRepresentation = z.infer<typeof faultsSchema>;

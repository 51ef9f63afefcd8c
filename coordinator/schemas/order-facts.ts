import { z } from '@hono/zod-openapi';
import { orderIdSchema } from './order.ts';

export const orderFactsSchema = z
  .object({
    orderId: orderIdSchema,
    facts: z.array(
      z.object({
        store: z.enum(['appStore', 'stateStorage']),
        bucket: z.string(),
        key: z.string(),
        lastModifiedAt: z.iso
          .datetime()
          .optional()
          .openapi({ description: "S3's LastModified, in whole seconds; absent when the order itself cannot be read" }),
        body: z.unknown().optional().openapi({ description: 'The JSON that the object holds' }),
        unreadable: z.string().optional().openapi({ description: 'Why there is no body' }),
      }),
    ),
    isComplete: z.boolean().openapi({ description: 'False: the order has more objects than are shown' }),
  })
  .openapi('OrderFacts');

export type OrderFacts = z.infer<typeof orderFactsSchema>;
export type FactRepresentation = OrderFacts['facts'][number];

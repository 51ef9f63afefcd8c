import { z } from '@hono/zod-openapi';
import { FAILURE_KINDS } from '../../workflow/failure.ts';
import { orderIdSchema, orderStatusSchema } from './order.ts';

export const orderSummarySchema = z
  .object({
    orderId: orderIdSchema,
    status: orderStatusSchema,
    submittedAt: z.iso.datetime(),
    itemId: z.string().optional(),
    quantity: z.int().optional(),
    failureKind: z.enum(FAILURE_KINDS).optional(),
  })
  .openapi('OrderSummary');

export const orderListSchema = z
  .object({
    orders: z.array(orderSummarySchema),
    nextCursor: z.string().optional().openapi({ description: 'For the next page; absent on the last' }),
    lookedBackTo: z.iso.datetime().openapi({
      description: 'Every order since then was seen. A page can be short, or empty, and still have a next one.',
    }),
  })
  .openapi('OrderList');

export type OrderSummary = z.infer<typeof orderSummarySchema>;
export type OrderList = z.infer<typeof orderListSchema>;

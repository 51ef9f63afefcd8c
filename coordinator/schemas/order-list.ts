import { z } from '@hono/zod-openapi';
import { FAILURE_KINDS, SIGNALS } from '../../workflow/failure.ts';
import { orderIdSchema, orderStatusSchema } from './order.ts';

export const orderSummarySchema = z
  .object({
    orderId: orderIdSchema,
    status: orderStatusSchema,
    submittedAt: z.iso.datetime(),
    itemId: z.string().optional(),
    quantity: z.int().optional(),
    durationMs: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'From taking the order to its end; once it has ended' }),
    failureKind: z.enum(FAILURE_KINDS).optional(),
    foundBy: z.enum(SIGNALS).optional().openapi({ description: 'The signal that was first to say so' }),
    detectedAfterMs: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'From when the attempt that failed could begin to when that was found' }),
    recoveredAfterMs: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'From when the failure was found to when it was undone' }),
  })
  .openapi('OrderSummary');

export const orderListSchema = z
  .object({
    orders: z.array(orderSummarySchema),
    nextCursor: z.string().optional().openapi({ description: 'For the next page; absent on the last' }),
    examined: z.int().min(0).openapi({ description: 'Orders that were looked at for this page' }),
    lookedBackTo: z.iso.datetime().openapi({
      description: 'Every order since then was seen. A page can be short, or empty, and still have a next one.',
    }),
  })
  .openapi('OrderList');

export type OrderSummary = z.infer<typeof orderSummarySchema>;
export type OrderList = z.infer<typeof orderListSchema>;

import { z } from '@hono/zod-openapi';
import { FAILURE_KINDS } from '../../workflow/failure.ts';
import { isExecutionId } from '../../workflow/keys.ts';
import { decodeCursor, MAX_CURSOR_LENGTH } from '../cursor.ts';
import { orderSchema, orderStatusSchema } from './order.ts';

/** Orders on a page. */
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const orderIdParams = z.object({
  orderId: z
    .string()
    .refine(isExecutionId, 'an order id is a UUIDv7 in lower case')
    .openapi({ format: 'uuid', example: '019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57' }),
});

export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, '1 to 255 printable ASCII characters')
    .optional()
    .openapi({
      description:
        'Names this order, whoever sends it. A request that is repeated with it gives the same order, another body with it is refused.',
    }),
});

export const orderListQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .pipe(
      z.int().min(1, `a whole number from 1 to ${MAX_LIMIT}`).max(MAX_LIMIT, `a whole number from 1 to ${MAX_LIMIT}`),
    )
    .optional()
    .transform((limit) => limit ?? DEFAULT_LIMIT)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
  cursor: z
    .string()
    .max(MAX_CURSOR_LENGTH)
    .transform((text, context) => {
      const cursor = decodeCursor(text);
      if (cursor === undefined) context.addIssue('not the nextCursor of an earlier page');
      return cursor;
    })
    .optional()
    .openapi({ type: 'string', description: 'The nextCursor of an earlier page' }),
  status: orderStatusSchema.optional().openapi({ description: 'Only orders of this status' }),
  failureKind: z.enum(FAILURE_KINDS).optional().openapi({ description: 'Only orders that failed of this' }),
});

/** Recovery will be tried. */
export const recoveryRequestedResponse = {
  description: 'Recovery is tried as soon as a monitor hears of it. The representation says how the order stands now.',
  headers: z.object({
    Location: z
      .string()
      .openapi({ description: 'Where the order is', example: '/orders/019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57' }),
    'Idempotent-Replayed': z
      .literal('true')
      .optional()
      .openapi({ description: 'An earlier request had asked for the same try' }),
  }),
  content: { 'application/json': { schema: orderSchema } },
};

/** An order was taken, or taken before. */
export const acceptedResponse = {
  description: 'The order was taken. Its representation says how it stands now.',
  headers: z.object({
    Location: z
      .string()
      .openapi({ description: 'Where the order is', example: '/orders/019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57' }),
    'Idempotent-Replayed': z
      .literal('true')
      .optional()
      .openapi({ description: 'An earlier request had taken the order' }),
  }),
  content: { 'application/json': { schema: orderSchema } },
};

import { z } from '@hono/zod-openapi';
import { MAX_QUANTITY } from '../../booking/order.ts';
import { BARRIERS } from '../../workflow/barred-write.ts';
import { FAILURE_KINDS, SIGNALS } from '../../workflow/failure.ts';
import { itemIdSchema } from './item.ts';

export const orderIdSchema = z
  .string()
  .openapi({ description: 'A UUIDv7 in lower case', example: '019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57' });

export const orderRequestSchema = z
  .strictObject({
    itemId: itemIdSchema,
    quantity: z.int().min(1).max(MAX_QUANTITY),
    paymentMethod: z
      .string()
      .regex(/^pm_[A-Za-z0-9_]{1,64}$/, "a payment provider's token, like pm_card_visa; never a card number")
      .openapi({ example: 'pm_card_visa' }),
    customer: z.string().max(200).optional(),
  })
  .openapi('OrderRequest');

const instant = z.iso.datetime().openapi({ description: 'ISO 8601, UTC' });

const failureSchema = z
  .object({
    kind: z.enum(FAILURE_KINDS),
    error: z.string().openapi({ description: 'As the function, the platform or S3 names it' }),
    message: z.string(),
    signal: z.enum(SIGNALS).openapi({ description: 'Who said so' }),
    attempt: z.int(),
    detectedAt: instant,
    requestId: z.string().optional(),
    evidence: z.array(z.string()).optional().openapi({ description: 'CloudWatch Logs event ids' }),
  })
  .openapi('Failure');

const stepSchema = z
  .object({
    name: z.string(),
    after: z.string().optional().openapi({ description: 'The step it waits for; absent: the order itself starts it' }),
    status: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED']),
    triggeredAt: instant.optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    output: z.unknown().optional(),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        invokeAt: instant.optional().openapi({ description: 'When the monitor meant to invoke it' }),
        invokedAt: instant.optional(),
        requestId: z.string().optional(),
        failure: failureSchema.optional(),
        confirmations: z
          .array(failureSchema)
          .optional()
          .openapi({ description: 'What other signals said of the same failure afterwards' }),
        barred: z
          .object({
            by: z.enum(BARRIERS).openapi({ description: 'A taken step record, or the closed slot of an effect' }),
            write: z.string().openapi({ description: 'What was refused', example: 'payment-capture' }),
            barredAt: instant,
            requestId: z.string(),
          })
          .optional()
          .openapi({
            description: 'An invocation of this attempt came to write after it was given up. It changed nothing.',
          }),
      }),
    ),
  })
  .openapi('Step');

const recoverySchema = z
  .object({
    recoveredAt: instant.optional(),
    actions: z
      .array(z.object({ handler: z.string(), step: z.string(), before: z.unknown(), after: z.unknown() }))
      .optional()
      .openapi({ description: 'What was undone, last step first, with the state before and after' }),
    failures: z.array(
      z.object({ attempt: z.int(), handler: z.string(), error: z.string(), message: z.string(), failedAt: instant }),
    ),
    requests: z
      .array(z.object({ request: z.int(), requestedAt: instant }))
      .optional()
      .openapi({ description: 'When people asked for it to be tried' }),
  })
  .openapi('Recovery');

export const orderStatusSchema = z
  .enum(['RUNNING', 'HELD', 'RECOVERING', 'SUCCEEDED', 'FAILED', 'RECOVERY_FAILED', 'QUARANTINED', 'UNKNOWN_VERSION'])
  .openapi('OrderStatus', {
    description:
      'HELD: it failed, and nothing is undone before a person asks for its recovery. ' +
      'RECOVERY_FAILED: undoing it failed five times; it is tried on, and can be asked for. ' +
      'QUARANTINED: its facts cannot be read. UNKNOWN_VERSION: nobody here knows its workflow. `reason` says more.',
  });

export const orderSchema = z
  .object({
    orderId: orderIdSchema,
    status: orderStatusSchema,
    reason: z.string().optional(),
    workflow: z.object({ name: z.string(), version: z.int() }).optional(),
    submittedAt: instant,
    endedAt: instant.optional(),
    input: z.unknown().optional().openapi({ description: 'What was ordered, with the total that was quoted' }),
    steps: z.array(stepSchema),
    failure: failureSchema.extend({ step: z.string() }).optional(),
    recovery: recoverySchema.optional(),
    redriveOf: orderIdSchema.optional(),
    redrivenAs: orderIdSchema.optional(),
  })
  .openapi('Order');

export type OrderRepresentation = z.infer<typeof orderSchema>;
export type FailureRepresentation = z.infer<typeof failureSchema>;
export type StepRepresentation = z.infer<typeof stepSchema>;

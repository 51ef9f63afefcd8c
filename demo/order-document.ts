import * as z from 'zod/mini';
import { FAILURE_KINDS, SIGNALS } from '../workflow/failure.ts';

/** ISO 8601 in the API, milliseconds since the epoch here. */
const instant = z.pipe(
  z.string(),
  z.transform((text) => Date.parse(text)),
);

const failureSchema = z.object({
  kind: z.enum(FAILURE_KINDS),
  error: z.string(),
  message: z.string(),
  signal: z.enum(SIGNALS),
  attempt: z.int(),
  detectedAt: instant,
  requestId: z.optional(z.string()),
});

const attemptSchema = z.object({
  attempt: z.int(),
  requestId: z.optional(z.string()),
  failure: z.optional(failureSchema),
  barred: z.optional(z.object({ by: z.string(), write: z.string() })),
});

const stepSchema = z.object({
  name: z.string(),
  status: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED']),
  startedAt: z.optional(instant),
  endedAt: z.optional(instant),
  attempts: z.array(attemptSchema),
});

const recoverySchema = z.object({
  recoveredAt: z.optional(instant),
  failures: z.array(z.object({ attempt: z.int(), handler: z.string(), error: z.string(), message: z.string() })),
  requests: z.optional(z.array(z.object({ request: z.int(), requestedAt: instant }))),
  actions: z.optional(
    z.array(z.object({ handler: z.string(), step: z.string(), before: z.unknown(), after: z.unknown() })),
  ),
});

/** An order as `GET /orders/{id}` shows it: the parts that are looked at here. */
const orderDocumentSchema = z.object({
  orderId: z.string(),
  status: z.string(),
  reason: z.optional(z.string()),
  submittedAt: instant,
  steps: z.array(stepSchema),
  failure: z.optional(z.extend(failureSchema, { step: z.string() })),
  recovery: z.optional(recoverySchema),
});

export type OrderDocument = Readonly<z.infer<typeof orderDocumentSchema>>;
export type FailureDocument = Readonly<z.infer<typeof failureSchema>>;
export type StepDocument = Readonly<z.infer<typeof stepSchema>>;

/** @throws Error that names the first member that is not as the API's description says. */
export function readOrderDocument(body: unknown): OrderDocument {
  const parsed = orderDocumentSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`the order's document is not as described: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** Whether nothing more happens to the order by itself. */
export function hasEnded({ status }: OrderDocument): boolean {
  return status !== 'RUNNING' && status !== 'RECOVERING';
}

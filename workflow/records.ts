import * as z from 'zod/mini';
import { barredWriteSchema } from './barred-write.ts';
import { failureSchema } from './failure.ts';
import { isExecutionId } from './keys.ts';

/**
 * The facts of an execution as they lie in S3, one JSON object each, written once. Instants are milliseconds since the
 * epoch. What the application gives (input, output, before, after) may be absent, because JSON drops `undefined`.
 */

const executionId = z.string().check(z.refine(isExecutionId, { error: 'not an execution id (a UUIDv7)' }));
const stepName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/));
const attempt = z.int().check(z.minimum(1), z.maximum(9999));

/** `orders/{id}.json`: an order as the coordinator accepted it. `input` is the application's. */
export const orderRecordSchema = z.object({
  executionId,
  workflow: z.object({ name: z.string(), version: z.int() }),
  submittedAt: z.number(),
  input: z.optional(z.unknown()),
  /** The failed execution whose input this one repeats. */
  redriveOf: z.optional(executionId),
});
export type OrderRecord = Readonly<z.infer<typeof orderRecordSchema>>;

/** `idempotency/{hash}.json`: which execution a client's key stands for. */
export const idempotencyRecordSchema = z.object({
  executionId,
  /** Lower-case hex SHA-256 of the request's canonical body. */
  bodyHash: z.string(),
  /** The order as it was accepted, so that a repeat writes the same one if the first died before writing it. */
  order: orderRecordSchema,
});
export type IdempotencyRecord = Readonly<z.infer<typeof idempotencyRecordSchema>>;

const stepEnd = {
  executionId,
  step: stepName,
  attempt,
  endedAt: z.number(),
  startedAt: z.optional(z.number()),
  requestId: z.optional(z.string()),
  /** `monitor`: on behalf of a function that writes no record, when it found its result. */
  writtenBy: z.enum(['function', 'recovery', 'monitor']),
};

/** `executions/{id}/{step}.json`: how a step ended. */
export const stepRecordSchema = z.discriminatedUnion('status', [
  z.object({ ...stepEnd, status: z.literal('SUCCEEDED'), output: z.optional(z.unknown()) }),
  z.object({
    ...stepEnd,
    status: z.literal('FAILED'),
    failure: failureSchema,
    /**
     * Its recovery waits for a person. Written down, because a policy that changes must not undo what somebody wants to
     * look at first.
     */
    isHeld: z.optional(z.boolean()),
  }),
]);
export type StepRecord = Readonly<z.infer<typeof stepRecordSchema>>;

/** `….attempt-{n}.json`: the right to try again, won before the function is invoked, and why. */
export const attemptClaimSchema = z.object({
  executionId,
  step: stepName,
  attempt: attempt.check(z.minimum(2)),
  invokeAt: z.number(),
  /** What attempt n-1 died of. */
  because: failureSchema,
});
export type AttemptClaim = Readonly<z.infer<typeof attemptClaimSchema>>;

/** `….attempt-{n}.invoked.json`: Lambda took the event under this request id. */
export const attemptInvokedSchema = z.object({
  executionId,
  step: stepName,
  attempt,
  requestId: z.string(),
  invokedAt: z.number(),
});
export type AttemptInvoked = Readonly<z.infer<typeof attemptInvokedSchema>>;

/**
 * `….attempt-{n}.confirmed-by-{signal}.json`: what one more signal said of an attempt whose failure another one had found.
 * Evidence for people; it decides nothing.
 */
export const confirmationSchema = z.extend(failureSchema, { executionId, step: stepName, attempt });
export type Confirmation = Readonly<z.infer<typeof confirmationSchema>>;

/** `….attempt-{n}.barred.json`: what an invocation of an attempt that was given up came to write, and what refused it. Evidence. */
export const barredRecordSchema = z.extend(barredWriteSchema, {
  executionId,
  step: stepName,
  attempt,
  requestId: z.string(),
  /** When its end line was written. */
  barredAt: z.number(),
  /** The CloudWatch Logs event id of that line. */
  eventId: z.string(),
});
export type BarredRecord = Readonly<z.infer<typeof barredRecordSchema>>;

/** Numbers of requests for recovery: each counts from 1. */
const recoveryRequest = z.int().check(z.minimum(1), z.maximum(9999));

/** `recovery-request-{n}.json`: a person wants recovery to be tried now. */
export const recoveryRequestSchema = z.object({ executionId, request: recoveryRequest, requestedAt: z.number() });
export type RecoveryRequest = Readonly<z.infer<typeof recoveryRequestSchema>>;

/** `recovery-attempt-{n}.json`: a recovery handler failed. */
export const recoveryAttemptSchema = z.object({
  executionId,
  attempt,
  handler: z.string(),
  error: z.string(),
  message: z.string(),
  failedAt: z.number(),
  /** The newest request for recovery that it knew of when it began: a newer one waits for the next try. */
  answersRequest: z.optional(recoveryRequest),
});
export type RecoveryAttempt = Readonly<z.infer<typeof recoveryAttemptSchema>>;

/** One thing a recovery handler did, with the state it found and the state it read back afterwards. */
export const recoveryActionSchema = z.object({
  handler: z.string(),
  step: stepName,
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
});
export type RecoveryAction = Readonly<z.infer<typeof recoveryActionSchema>>;

/** `recovery.json`: every handler is done and its result was read back. */
export const recoveryRecordSchema = z.object({
  executionId,
  failedStep: stepName,
  recoveredAt: z.number(),
  /** In the order in which they were done: last step first. */
  actions: z.array(recoveryActionSchema),
});
export type RecoveryRecord = Readonly<z.infer<typeof recoveryRecordSchema>>;

/** `redrive.json`: the execution that repeats this one. */
export const redriveRecordSchema = z.object({ executionId, newExecutionId: executionId, redrivenAt: z.number() });
export type RedriveRecord = Readonly<z.infer<typeof redriveRecordSchema>>;

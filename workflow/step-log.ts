import * as z from 'zod/mini';
import { barredWriteSchema } from './barred-write.ts';
import { MAX_ERROR_MESSAGE, MAX_ERROR_NAME } from './failure.ts';

/**
 * The two lines that a wrapped function logs per invocation: one when it starts and one when it ends. The monitor ties
 * an invocation to its execution by the first and reads the result from the second. One JSON object a line.
 *
 * The first names the log stream that it is written to, which has 128 random bits. Text that somebody sent cannot know in
 * which stream it will be printed, so no text can be the first line of an invocation (docs/adr/0007-whose-a-line-is.md).
 */

export const STEP_STARTED = 'step.started';
export const STEP_ENDED = 'step.ended';

/**
 * SUCCEEDED and REJECTED: the step record says so. FAILED: the handler threw. SUPERSEDED: another invocation had written
 * the record, or the record was there before anything was done. BARRED: recovery had given the step up, and its fence
 * refused what the invocation came to write. SKIPPED: an earlier step failed.
 */
export const STEP_OUTCOMES = ['SUCCEEDED', 'REJECTED', 'FAILED', 'SUPERSEDED', 'BARRED', 'SKIPPED'] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

const identity = {
  executionId: z.string(),
  step: z.string(),
  attempt: z.int().check(z.minimum(1)),
  requestId: z.string(),
};

export const stepStartedSchema = z.object({ event: z.literal(STEP_STARTED), ...identity, logStream: z.string() });

export const stepEndedSchema = z.object({
  event: z.literal(STEP_ENDED),
  ...identity,
  outcome: z.enum(STEP_OUTCOMES),
  durationMs: z.number(),
  error: z.optional(
    z.object({
      /** The error's own name, or S3's code for it: `TypeError`, `AccessDenied`. */
      name: z.string().check(z.maxLength(MAX_ERROR_NAME)),
      message: z.string().check(z.maxLength(MAX_ERROR_MESSAGE)),
      /** What the code that threw knows of it: trying again may help. Absent when it does not know. */
      retryable: z.optional(z.boolean()),
    }),
  ),
  /** Of a BARRED invocation. */
  barred: z.optional(barredWriteSchema),
});

export const stepLineSchema = z.discriminatedUnion('event', [stepStartedSchema, stepEndedSchema]);

export type StepStarted = Readonly<z.infer<typeof stepStartedSchema>>;
export type StepEnded = Readonly<z.infer<typeof stepEndedSchema>>;
export type StepLine = StepStarted | StepEnded;

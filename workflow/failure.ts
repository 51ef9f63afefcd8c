import * as z from 'zod/mini';

/** What can go wrong with a step: a closed set, each with a row in docs/failures.md. */
export const FAILURE_KINDS = [
  'REJECTED',
  'INVALID_BUCKET_NAME',
  'NO_SUCH_BUCKET',
  'ACCESS_DENIED',
  'TYPE_ERROR',
  'UNHANDLED_ERROR',
  'STORAGE_UNAVAILABLE',
  'THROTTLED',
  'TIMEOUT',
  'OUT_OF_MEMORY',
  'PROCESS_EXIT',
  'INIT_ERROR',
  'INVOCATION_ERROR',
  'PLATFORM_ERROR',
  'NO_EVIDENCE',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * Who said so first: the function itself, its log, Lambda's on-failure destination, Lambda's answer to the monitor's own
 * invocation, or silence until the deadline.
 */
export const SIGNALS = ['function', 'log', 'destination', 'invocation', 'deadline'] as const;

export type Signal = (typeof SIGNALS)[number];

/** Kinds that may pass by themselves. Everything else would fail in the same way again. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set([
  'STORAGE_UNAVAILABLE',
  'THROTTLED',
  'TIMEOUT',
  'PLATFORM_ERROR',
  'NO_EVIDENCE',
]);

export function isTransient(kind: FailureKind): boolean {
  return TRANSIENT.has(kind);
}

/** A business end of a step (sold out, card declined): recovered like any failure, and nobody's alarm. */
export function isRejection(kind: FailureKind): boolean {
  return kind === 'REJECTED';
}

/** Longest error name and message that a fact or a log line carries, characters. */
export const MAX_ERROR_NAME = 128;
export const MAX_ERROR_MESSAGE = 1024;

const text = (max: number) => z.string().check(z.maxLength(max));

export const failureSchema = z.object({
  kind: z.enum(FAILURE_KINDS),
  /** The error as the function, the platform or S3 names it: `TypeError`, `AccessDenied`, `Runtime.OutOfMemory`. */
  error: text(MAX_ERROR_NAME),
  message: text(MAX_ERROR_MESSAGE),
  signal: z.enum(SIGNALS),
  /** The attempt that failed. */
  attempt: z.int().check(z.minimum(1)),
  /** Milliseconds since the epoch, the finder's clock. */
  detectedAt: z.number(),
  requestId: z.optional(text(128)),
  /** CloudWatch Logs event ids. */
  evidence: z.optional(z.array(text(256)).check(z.maxLength(20))),
});

export type Failure = Readonly<z.infer<typeof failureSchema>>;

/** Cuts text to what a fact may carry, so that an over-long message cannot make a failure unwritable. */
export function clip(value: string, max: number): string {
  return value.length <= max ? value : `${value.slice(0, max - 1)}…`;
}

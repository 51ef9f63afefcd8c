import * as z from 'zod/mini';
import { SIGNALS } from './failure.ts';

/** Why a failure in the log, or what might have been one, is tied to no execution. */
export const UNATTRIBUTED_REASONS = [
  /** No line of ours, answer of Lambda's or printed key says whose the request is. */
  'unknown-request',
  /** A stream spoke of a request that is not its own. */
  'other-stream',
  /** In its stream another invocation had begun since. */
  'other-invocation',
  /** Only Lambda's answer ties the request to an execution, and nothing proves that it ran in this stream alone. */
  'unproven-stream',
  /** An end line names another attempt than the first line of its request. */
  'other-attempt',
  /** The invocation printed the keys of several executions, or of none. */
  'no-single-key',
  /** A line without a request id whose invocation's START or END has not been seen. */
  'not-enclosed',
  /** Too many waited. */
  'too-many',
] as const;

export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];

/**
 * What a monitor last said of itself, in `control/monitor.json`. Instants: milliseconds since the epoch. Of two monitors
 * the last one writes: both read the same log.
 */
export const monitorStatusSchema = z.object({
  startedAt: z.number(),
  writtenAt: z.number(),
  /** The log is known to be visible up to then: something written at that instant has been read. */
  seesThroughAt: z.optional(z.number()),
  /** Everything that could be read was read up to then. */
  logsReadThroughAt: z.optional(z.number()),
  /** From when on every line of a failure is read. What is older is judged from the state, and searched for one by one. */
  watchedSinceAt: z.optional(z.number()),
  ingestionLagMs: z.optional(z.number()),
  isBlind: z.boolean(),
  /** Since when it has been blind; absent while it is not. */
  blindSinceAt: z.optional(z.number()),
  /** Failures since the start that this monitor was first to write down, by the signal that had told of them. */
  failuresFound: z.optional(z.partialRecord(z.enum(SIGNALS), z.number())),
  /** Lines since the start that told of a failure, or of what might have been one, and were given up. */
  unattributed: z.optional(z.partialRecord(z.enum(UNATTRIBUTED_REASONS), z.number())),
  /** Its share of a quota that every reader of the account uses, and that cannot be raised. */
  logCalls: z.optional(
    z.object({
      lastMinute: z.number(),
      quotaPerMinute: z.number(),
      /** Between two calls at least, now: longer while the service refuses calls for their number. Milliseconds. */
      pauseMs: z.number(),
    }),
  ),
});

export type MonitorStatus = Readonly<z.infer<typeof monitorStatusSchema>>;

/** How often a monitor says so: 2,880 PUTs a day are a cent and a half. */
export const MONITOR_STATUS_EVERY_MS = 30_000;

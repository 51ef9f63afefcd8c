import * as z from 'zod/mini';

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
});

export type MonitorStatus = Readonly<z.infer<typeof monitorStatusSchema>>;

/** How often a monitor says so: 2,880 PUTs a day are a cent and a half. */
export const MONITOR_STATUS_EVERY_MS = 30_000;

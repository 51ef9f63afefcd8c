import { MONITOR_STATUS_EVERY_MS, monitorStatusSchema } from '../workflow/monitor-status.ts';
import { isoInstant } from './instant.ts';
import type { MonitorRepresentation } from './schemas/monitor.ts';

/** Four missed reports: one may be late, and a node that is replaced by another is away for longer than that anyway. */
const SILENT_AFTER_MS = 4 * MONITOR_STATUS_EVERY_MS;

/** `stored`: what the state storage has, whatever it is. A report that cannot be read is none. */
export function representMonitor(stored: unknown, now: number): MonitorRepresentation {
  const status = monitorStatusSchema.safeParse(stored).data;
  const asOf = isoInstant(now);
  if (status === undefined) return { state: 'SILENT', asOf };
  const { startedAt, writtenAt, seesThroughAt, logsReadThroughAt, watchedSinceAt, ingestionLagMs } = status;
  const { isBlind, blindSinceAt, failuresFound, unattributed, logCalls } = status;
  const isSilent = now - writtenAt > SILENT_AFTER_MS;
  return {
    state: isSilent ? 'SILENT' : isBlind ? 'BLIND' : 'SEEING',
    asOf,
    startedAt: isoInstant(startedAt),
    writtenAt: isoInstant(writtenAt),
    ...(seesThroughAt !== undefined && { seesThroughAt: isoInstant(seesThroughAt) }),
    ...(logsReadThroughAt !== undefined && { logsReadThroughAt: isoInstant(logsReadThroughAt) }),
    ...(watchedSinceAt !== undefined && { watchedSinceAt: isoInstant(watchedSinceAt) }),
    ...(ingestionLagMs !== undefined && { ingestionLagMs: Math.max(0, Math.round(ingestionLagMs)) }),
    ...(blindSinceAt !== undefined && { blindSinceAt: isoInstant(blindSinceAt) }),
    ...(failuresFound !== undefined && { failuresFound }),
    ...(unattributed !== undefined && { unattributed }),
    ...(logCalls !== undefined && { logCalls }),
  };
}

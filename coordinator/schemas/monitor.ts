import { z } from '@hono/zod-openapi';
import { SIGNALS } from '../../workflow/failure.ts';
import { UNATTRIBUTED_REASONS } from '../../workflow/monitor-status.ts';

const count = z.int().min(0);
const instant = z.iso.datetime().openapi({ description: 'ISO 8601, UTC' });

export const monitorSchema = z
  .object({
    state: z.enum(['SEEING', 'BLIND', 'SILENT']).openapi({
      description:
        "SEEING: failures are found in the functions' log within seconds. BLIND: what functions have written is not visible " +
        'within two minutes, so failures are found at their deadline. SILENT: no monitor has said anything for two minutes; ' +
        'what fails meanwhile is found when one is back.',
    }),
    asOf: instant.openapi({ description: 'By the clock that the ages of the others count from' }),
    startedAt: instant.optional(),
    writtenAt: instant.optional().openapi({ description: 'When the monitor said so; it does every 30 s' }),
    seesThroughAt: instant.optional().openapi({ description: 'The log is known to be visible up to then' }),
    logsReadThroughAt: instant.optional().openapi({ description: 'All that was visible has been read up to then' }),
    watchedSinceAt: instant.optional().openapi({ description: 'From then on every failure in the log is read' }),
    ingestionLagMs: z.int().min(0).optional().openapi({ description: 'From writing a line to its being taken in' }),
    blindSinceAt: instant.optional().openapi({ description: 'While it is BLIND' }),
    failuresFound: z.partialRecord(z.enum(SIGNALS), count).optional().openapi({
      description:
        'Failures since its start that this monitor was first to write down, by the signal that told of them first',
    }),
    unattributed: z
      .partialRecord(z.enum(UNATTRIBUTED_REASONS), count)
      .optional()
      .openapi({
        description:
          'Lines since its start that told of a failure, or of what might have been one, and could be tied to no execution, by ' +
          'reason. Their executions, if they have any, are found by the destination or at their deadline.',
      }),
    logCalls: z
      .object({ lastMinute: count, quotaPerMinute: count, pauseMs: count })
      .optional()
      .openapi({
        description:
          'Calls to FilterLogEvents, beside what all readers of the account may make in the region, and the pause between two ' +
          'of them, which is longer while calls are refused for their number',
      }),
  })
  .openapi('Monitor');

export type MonitorRepresentation = z.infer<typeof monitorSchema>;

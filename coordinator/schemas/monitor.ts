import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime().openapi({ description: 'ISO 8601, UTC' });

export const monitorSchema = z
  .object({
    state: z.enum(['SEEING', 'BLIND', 'SILENT']).openapi({
      description:
        "SEEING: failures are found in the functions' log within seconds. BLIND: what functions have written is not visible " +
        'within two minutes, so failures are found at their deadline. SILENT: no monitor has said anything for two minutes; ' +
        'what fails meanwhile is found when one is back.',
    }),
    startedAt: instant.optional(),
    writtenAt: instant.optional().openapi({ description: 'When the monitor said so; it does every 30 s' }),
    seesThroughAt: instant.optional().openapi({ description: 'The log is known to be visible up to then' }),
    logsReadThroughAt: instant.optional().openapi({ description: 'All that was visible has been read up to then' }),
    watchedSinceAt: instant.optional().openapi({ description: 'From then on every failure in the log is read' }),
    ingestionLagMs: z.int().min(0).optional().openapi({ description: 'From writing a line to its being taken in' }),
    blindSinceAt: instant.optional().openapi({ description: 'While it is BLIND' }),
  })
  .openapi('Monitor');

export type MonitorRepresentation = z.infer<typeof monitorSchema>;

import { z } from '@hono/zod-openapi';
import { CAUSES } from '../../workflow/cause.ts';
import { parseFailureName } from '../../workflow/failure-index.ts';
import { FAILURE_KINDS } from '../../workflow/failure.ts';
import { INCIDENT_STATES } from '../../workflow/incidents.ts';
import { orderIdSchema } from './order.ts';

const instant = z.iso.datetime().openapi({ description: 'ISO 8601, UTC' });

const EXAMPLE = '1795825136000.payment.ACCESS_DENIED.AccessDenied.019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57';

export const incidentIdParams = z.object({
  incidentId: z
    .string()
    .refine((text) => parseFailureName(text) !== undefined, 'an incident id is one that GET /incidents gives')
    .openapi({ example: EXAMPLE }),
});

export const incidentListQuery = z.object({
  before: z.iso
    .datetime({ error: 'an instant as ISO 8601 in UTC, like 2026-11-28T00:00:00Z' })
    .optional()
    .openapi({ description: 'The `before` of the page before' }),
});

const sampleSchema = z
  .object({ orderId: orderIdSchema, error: z.string(), message: z.string() })
  .openapi('FailureSample', { description: 'What the record of one of the failures says' });

const redriveSchema = z
  .object({
    state: z.enum(['REQUESTED', 'DONE']),
    requestedAt: instant,
    count: z.int().openapi({ description: 'Orders that the incident had when it was asked for' }),
    doneAt: instant.optional(),
    redriven: z.int().optional().openapi({ description: 'Orders that are repeated now' }),
    left: z
      .record(z.string(), z.int())
      .optional()
      .openapi({ description: 'Orders that could not be repeated, by their status', example: { RECOVERY_FAILED: 1 } }),
  })
  .openapi('IncidentRedrive');

export const incidentSchema = z
  .object({
    incidentId: z.string().openapi({ description: 'Names its first failure', example: EXAMPLE }),
    state: z.enum(INCIDENT_STATES).openapi({ description: 'OPEN: the last failure is less than ten minutes ago' }),
    step: z.string(),
    kind: z.enum(FAILURE_KINDS),
    error: z
      .string()
      .openapi({ description: "The error's name, with a dash for whatever is neither letter nor digit" }),
    cause: z.enum(CAUSES),
    advice: z.string().openapi({ description: 'What to do about failures of this kind' }),
    count: z.int().openapi({ description: 'Orders that failed' }),
    isCountComplete: z.boolean().openapi({ description: 'Otherwise there may be more than could be listed' }),
    firstAt: instant,
    lastAt: instant,
    redrives: z.array(redriveSchema).openapi({ description: 'What was asked for, the first request first' }),
  })
  .openapi('Incident');

export const incidentDetailSchema = incidentSchema
  .extend({ first: sampleSchema.optional(), last: sampleSchema.optional() })
  .openapi('IncidentDetail');

export const incidentListSchema = z
  .object({
    incidents: z.array(incidentSchema),
    lookedBackTo: instant.openapi({ description: 'Every incident with a failure since then is listed' }),
    before: instant.optional().openapi({ description: 'For the next page; absent where nothing older is kept' }),
  })
  .openapi('IncidentList');

export type IncidentRepresentation = z.infer<typeof incidentSchema>;
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;

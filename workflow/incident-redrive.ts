import * as z from 'zod/mini';
import { parseFailureName } from './failure-index.ts';
import { INCIDENT_REDRIVES_PREFIX } from './keys.ts';

/**
 * A request to redrive the orders of an incident: `incident-redrives/{incidentId}.{count}.json`, put-if-absent, and
 * `….done.json` once it is carried out. `count` is how many orders the incident had: the same request repeated is the same
 * object, and one that is made after others have joined is another.
 */
export const incidentRedriveSchema = z.object({
  incidentId: z.string(),
  count: z.int().check(z.minimum(1)),
  /** Milliseconds since the epoch, of the clock that makes execution ids. */
  requestedAt: z.number(),
});

export type IncidentRedrive = Readonly<z.infer<typeof incidentRedriveSchema>>;

export const incidentRedriveDoneSchema = z.object({
  incidentId: z.string(),
  count: z.int().check(z.minimum(1)),
  doneAt: z.number(),
  /** Orders that were repeated, by whomever. */
  redriven: z.int().check(z.minimum(0)),
  /** Orders that were not, by their status or, where that would allow it, by the reason. */
  left: z.record(z.string(), z.int().check(z.minimum(1))),
});

export type IncidentRedriveDone = Readonly<z.infer<typeof incidentRedriveDoneSchema>>;

export interface IncidentRedriveKey {
  readonly kind: 'request' | 'done';
  readonly incidentId: string;
  readonly count: number;
}

const NAMED = /^(?<incidentId>.+)\.(?<count>[1-9][0-9]{0,8})(?<done>\.done)?\.json$/;

export function incidentRedriveKey({ kind, incidentId, count }: IncidentRedriveKey): string {
  return `${incidentRedrivePrefix(incidentId)}${count}${kind === 'done' ? '.done' : ''}.json`;
}

export function incidentRedrivePrefix(incidentId: string): string {
  return `${INCIDENT_REDRIVES_PREFIX}${incidentId}.`;
}

export function parseIncidentRedriveKey(key: string): IncidentRedriveKey | undefined {
  if (!key.startsWith(INCIDENT_REDRIVES_PREFIX)) return undefined;
  const { incidentId = '', count, done } = NAMED.exec(key.slice(INCIDENT_REDRIVES_PREFIX.length))?.groups ?? {};
  if (parseFailureName(incidentId) === undefined) return undefined;
  return { kind: done === undefined ? 'request' : 'done', incidentId, count: Number(count) };
}

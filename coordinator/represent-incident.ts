import type { RequestedRedrive } from '../storage/incident-redrives.ts';
import { diagnose } from '../workflow/cause.ts';
import { MIN_EQUAL_FAILURES } from '../workflow/incidents.ts';
import type { FailureSample, IncidentView } from './incidents.ts';
import { isoInstant } from './instant.ts';
import type { IncidentDetail, IncidentRepresentation } from './schemas/incident.ts';

/** An incident as the API shows it. */
export function representIncident({ incident, isCut, redrives }: IncidentView): IncidentRepresentation {
  const { id, state, failures } = incident;
  const [first, last] = [failures[0], failures.at(-1)];
  if (first === undefined || last === undefined)
    throw new RangeError(`incident ${id} has no failures, and at least ${MIN_EQUAL_FAILURES} make one`);
  const { step, kind, error } = first;
  return {
    incidentId: id,
    state,
    step,
    kind,
    error,
    ...diagnose(kind, error),
    count: failures.length,
    isCountComplete: !isCut,
    firstAt: isoInstant(first.detectedAt),
    lastAt: isoInstant(last.detectedAt),
    redrives: redrives.map(representRedrive),
  };
}

export function representIncidentDetail(
  view: IncidentView,
  { first, last }: { readonly first: FailureSample | undefined; readonly last: FailureSample | undefined },
): IncidentDetail {
  return {
    ...representIncident(view),
    ...(first && { first: representSample(first) }),
    ...(last && { last: representSample(last) }),
  };
}

function representRedrive({ requestedAt, count, done }: RequestedRedrive) {
  if (done === undefined) return { state: 'REQUESTED' as const, requestedAt: isoInstant(requestedAt), count };
  const { doneAt, redriven, left } = done;
  return {
    state: 'DONE' as const,
    requestedAt: isoInstant(requestedAt),
    count,
    doneAt: isoInstant(doneAt),
    redriven,
    left,
  };
}

function representSample({ executionId, error, message }: FailureSample) {
  return { orderId: executionId, error, message };
}

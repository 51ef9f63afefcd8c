import { instantOf } from './execution-id.ts';
import type { IndexedFailure } from './failure-index.ts';

/** Many equal failures within a short time: one trouble with one cause. Equal: of one step, one kind, one error name. */
export interface Incident {
  /** The name of its first failure in the index: listing from there finds all of it. */
  readonly id: string;
  readonly state: IncidentState;
  /** By the time of their discovery; at least MIN_EQUAL_FAILURES. */
  readonly failures: readonly IndexedFailure[];
}

/** QUIET: nothing more can join it. */
export const INCIDENT_STATES = ['OPEN', 'QUIET'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/**
 * A failure that was counted had all its retries. Two or three alike within minutes may be one bad moment of S3 or one
 * customer who tries again; five are a function that cannot work.
 */
export const MIN_EQUAL_FAILURES = 5;
/** Five in five minutes are one order a minute that fails: what a small shop has when everything fails. */
export const INCIDENT_WITHIN_MS = 300_000;
/** Twice the time in which it begins, so that a lull, or a night with an order every some minutes, does not cut it in two. */
export const INCIDENT_GAP_MS = 600_000;

/**
 * Since when, by the id of an incident, its orders are being redriven: what was ordered later, the repetitions before all,
 * and fails in the same way, is another incident. Milliseconds since the epoch, of the clock that makes execution ids.
 */
export type RedrivenSince = ReadonlyMap<string, number>;

/**
 * The incidents that a listing of failures shows, by their beginning. Pure: the same listing, in whatever order, gives the
 * same incidents, and a listing that begins at an incident's first failure gives that incident.
 *
 * Failures of a class that follow one another within INCIDENT_GAP_MS are a run; from the first MIN_EQUAL_FAILURES of it
 * within INCIDENT_WITHIN_MS on it is an incident.
 */
export function foldIncidents(
  failures: readonly IndexedFailure[],
  redrivenSince: RedrivenSince,
  now: number,
): readonly Incident[] {
  const runs = new Map<string, Run[]>();
  for (const failure of [...failures].sort(byName)) {
    const key = classOf(failure);
    const ofClass = runs.get(key) ?? [];
    runs.set(key, ofClass);
    let run = ofClass.find((candidate) => mayJoin(failure, candidate));
    if (run === undefined) ofClass.push((run = { failures: [] }));
    run.failures.push(failure);
    run.redrivenSince ??= redrivenSince.get(failure.name);
  }
  return [...runs.values()]
    .flat()
    .flatMap((run) => incidentOf(run, now) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Equal failures have equal classes. */
export function classOf({ step, kind, error }: Pick<IndexedFailure, 'step' | 'kind' | 'error'>): string {
  return `${step} ${kind} ${error}`;
}

interface Run {
  readonly failures: IndexedFailure[];
  redrivenSince?: number | undefined;
}

function mayJoin({ detectedAt, executionId }: IndexedFailure, { failures, redrivenSince }: Run): boolean {
  const last = failures.at(-1);
  if (last === undefined || detectedAt - last.detectedAt > INCIDENT_GAP_MS) return false;
  return redrivenSince === undefined || instantOf(executionId) <= redrivenSince;
}

function incidentOf({ failures }: Run, now: number): Incident | undefined {
  const begin = failures.findIndex(({ detectedAt }, index) => {
    const enough = failures[index + MIN_EQUAL_FAILURES - 1];
    return enough !== undefined && enough.detectedAt - detectedAt <= INCIDENT_WITHIN_MS;
  });
  const first = failures[begin];
  const last = failures.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const state = now - last.detectedAt > INCIDENT_GAP_MS ? 'QUIET' : 'OPEN';
  return { id: first.name, state, failures: failures.slice(begin) };
}

function byName(a: IndexedFailure, b: IndexedFailure): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

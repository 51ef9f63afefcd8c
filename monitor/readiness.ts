import type { WorkFacts } from './work-record.ts';

export interface ReadinessFacts {
  readonly startedAt: number;
  readonly logGroup: string;
  readonly log: WorkFacts;
  readonly sweep: WorkFacts;
}

/** One failure is tried again within a second or so, and is no news. */
const FAILURES_THAT_COUNT = 2;
/** Twice the longest pause of the poller between two tries. */
const LOG_STALE_MS = 30_000;
/** Three times the longest pause of the sweep: a pass over a day's orders takes a while, and is no reason to complain. */
const SWEEP_STALE_MS = 180_000;

/** What keeps the monitor from doing its work, in sentences; empty when it can. Instants: milliseconds since the epoch. */
export function complaints(facts: ReadinessFacts, now: number): readonly string[] {
  const { startedAt, logGroup, log, sweep } = facts;
  return [
    complaintOf(`The log group ${logGroup} has not been read`, log, LOG_STALE_MS, { startedAt, now }),
    complaintOf('The sweep has not compared orders with results', sweep, SWEEP_STALE_MS, { startedAt, now }),
  ].filter((complaint) => complaint !== undefined);
}

function complaintOf(
  what: string,
  { doneAt, failuresInARow, lastError }: WorkFacts,
  staleMs: number,
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
): string | undefined {
  const sinceMs = now - (doneAt ?? startedAt);
  const isFine = doneAt !== undefined && failuresInARow < FAILURES_THAT_COUNT && sinceMs <= staleMs;
  if (isFine) return undefined;
  const howLong = doneAt === undefined ? `since the start ${seconds(sinceMs)} ago` : `for ${seconds(sinceMs)}`;
  return `${what} ${howLong}${lastError === undefined ? '' : `; the last error was: ${withoutStop(lastError)}`}.`;
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1000))} s`;
}

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}

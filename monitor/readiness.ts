import { describeError, type WorkFacts } from './work-record.ts';

export interface ReadinessFacts {
  readonly startedAt: number;
  readonly logGroup: string;
  readonly log: WorkFacts;
  readonly sweep: WorkFacts;
  readonly failedEventsQueue: string;
  /** Absent: it is not to be read. */
  readonly failedEvents?: WorkFacts | undefined;
  /** Since when what functions write has not become visible; absent while it does. */
  readonly blindSinceAt?: number | undefined;
  /** Why no line could be written that should become visible. */
  readonly canaryError?: unknown;
}

/** One failure is tried again within a second or so, and is no news. */
const FAILURES_THAT_COUNT = 2;
/** Twice the longest pause of the poller between two tries. */
const LOG_STALE_MS = 30_000;
/** A receive waits 20 s and may take 10 s more to be given up; twice that. */
const FAILED_EVENTS_STALE_MS = 60_000;
/** Three times the longest pause of the sweep: a pass over a day's orders takes a while, and is no reason to complain. */
const SWEEP_STALE_MS = 180_000;

/** What keeps the monitor from doing its work, in sentences; empty when it can. Instants: milliseconds since the epoch. */
export function complaints(facts: ReadinessFacts, now: number): readonly string[] {
  const { startedAt, logGroup, log, sweep, failedEventsQueue, failedEvents } = facts;
  return [
    // Who cannot read sees nothing, and has said why.
    complaintOf(`The log group ${logGroup} has not been read`, log, LOG_STALE_MS, { startedAt, now }) ??
      complaintOfBlindness(facts, now),
    failedEvents &&
      complaintOf(`The queue ${failedEventsQueue} has not been read`, failedEvents, FAILED_EVENTS_STALE_MS, {
        startedAt,
        now,
      }),
    complaintOf('The sweep has not compared orders with results', sweep, SWEEP_STALE_MS, { startedAt, now }),
  ].filter((complaint) => complaint !== undefined);
}

function complaintOfBlindness(
  { logGroup, blindSinceAt, canaryError }: ReadinessFacts,
  now: number,
): string | undefined {
  if (blindSinceAt === undefined) return undefined;
  const blind = `For ${seconds(now - blindSinceAt)} nothing new has become visible in the log group ${logGroup} in time`;
  if (canaryError === undefined) return `${blind}.`;
  return `${blind}; a line of the monitor's own could not be written: ${withoutStop(describeError(canaryError))}.`;
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

import type { InvocationBoundaries, Place } from './invocation-boundaries.ts';
import type { LogEvent } from './log-event.ts';
import { INVOCATION_BOUNDARIES, linesOf } from './log-patterns.ts';
import type { LogQuery } from './log-page.ts';
import type { Finding, Hint } from './observation.ts';

/** Why a failure in the log is tied to no execution. */
export type UnattributedReason =
  /** No line of ours, answer of Lambda's or printed key says whose the request is. */
  | 'unknown-request'
  /** A stream spoke of a request that is not its own. */
  | 'other-stream'
  /** An end line names another attempt than the first line of its request. */
  | 'other-attempt'
  /** The invocation printed the keys of several executions, or of none. */
  | 'no-single-key'
  /** A line without a request id whose invocation's START or END has not been seen. */
  | 'not-enclosed'
  /** Too many waited. */
  | 'too-many';

export type FailureFinding =
  Exclude<Finding, { readonly kind: 'started' }> | Extract<Hint, { readonly kind: 'suspected' }>;

/** What one line says of a failure, while it is not known whose it is, or not yet sure that it is one. */
export interface WaitingFailure {
  readonly event: LogEvent;
  readonly place: Place;
  readonly finding: FailureFinding;
  readonly lookUps: number;
  readonly lookUpAt: number;
}

/** When an invocation's first line is looked for: at once, and twice more for lines that come late. */
const LOOK_UP_PAUSES_MS = [0, 5_000, 60_000];
/**
 * A suspicion's END usually comes a moment later: the first look waits for it. The last one comes when the longest run
 * that Lambda allows is over.
 */
const SUSPICION_PAUSES_MS = [5_000, 55_000, 900_000];
/** An invocation's first line lies at most this long before its last: Lambda's own limit for a run. */
const LONGEST_RUN_MS = 900_000;
/** Request ids in one filter pattern, which may be 1,024 characters long. */
const IDS_A_PATTERN = 20;
/** What FilterLogEvents takes. */
const STREAMS_A_QUERY = 100;
/** How far behind a suspicion its END is looked for. The runtime's own error is followed by it within moments. */
const END_WITHIN_MS = 10_000;

/** How long until the log is asked about it for the next time; `undefined` when it has been asked often enough. */
export function pauseBeforeLookUpMs({ finding, lookUps }: WaitingFailure): number | undefined {
  return (finding.kind === 'suspected' ? SUSPICION_PAUSES_MS : LOOK_UP_PAUSES_MS)[lookUps];
}

/** The one query that helps the first of those that are due, and as many of the others as it covers. */
export function planLookUp(
  due: readonly WaitingFailure[],
  boundaries: InvocationBoundaries,
): { readonly query: LogQuery; readonly helped: readonly WaitingFailure[] } | undefined {
  const [first] = due;
  if (first === undefined) return undefined;
  const isKnown = (waiting: WaitingFailure) => requestIdOf(waiting, boundaries) !== undefined;
  return isKnown(first)
    ? planForRequests(due.filter(isKnown).slice(0, IDS_A_PATTERN), boundaries)
    : planForBoundaries(
        first.event.timestamp,
        due.filter((waiting) => !isKnown(waiting)),
      );
}

/** All that is said of a request in the stream that spoke of it. */
function planForRequests(helped: readonly WaitingFailure[], boundaries: InvocationBoundaries) {
  const times = helped.map(({ event }) => event.timestamp);
  const isEndKnown = helped.every(({ finding }) => finding.kind !== 'suspected');
  const requestIds = new Set(helped.map((waiting) => requestIdOf(waiting, boundaries) ?? ''));
  return {
    query: {
      from: Math.min(...times) - LONGEST_RUN_MS,
      to: Math.max(...times) + (isEndKnown ? 1000 : LONGEST_RUN_MS),
      pattern: linesOf([...requestIds]),
      streamNames: streamsOf(helped),
    },
    helped,
  };
}

function planForBoundaries(from: number, unknown: readonly WaitingFailure[]) {
  const to = from + END_WITHIN_MS;
  const helped = unknown
    .filter(({ event: { timestamp } }) => timestamp >= from && timestamp < to - 1000)
    .slice(0, STREAMS_A_QUERY);
  return { query: { from: from - 1000, to, pattern: INVOCATION_BOUNDARIES, streamNames: streamsOf(helped) }, helped };
}

function streamsOf(failures: readonly WaitingFailure[]): readonly string[] {
  return [...new Set(failures.map(({ event }) => event.streamName))];
}

/** The request that a failure is of, as far as its line or the END behind it says. */
export function requestIdOf(
  { finding, event, place }: WaitingFailure,
  boundaries: InvocationBoundaries,
): string | undefined {
  if (finding.requestId !== undefined) return finding.requestId;
  const around = boundaries.around(event.streamName, place);
  return 'requestId' in around ? around.requestId : undefined;
}

import type { InvocationBoundaries, Place } from './invocation-boundaries.ts';
import type { LogEvent } from '../classifier/log-event.ts';
import { INVOCATION_BOUNDARIES, linesOf, STARTS_AND_ENDS } from '../log/log-patterns.ts';
import type { LogQuery } from '../log/log-page.ts';
import type { Finding, Hint } from '../classifier/observation.ts';

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

/**
 * When an invocation's first line is looked for. It was written before the failure, so it is there at once unless the two
 * came the wrong way round: within 9 s as a rule, hence the first looks, and at worst two minutes after it was written. Of
 * those two minutes the failure has used some until it was written and read, and 95 s are looked at. What comes later still is
 * as if it were lost: the deadline is a slack of two minutes behind the function's timeout, and needs no first line.
 */
const LOOK_UP_PAUSES_MS = [0, 5_000, 15_000, 30_000, 45_000];
/**
 * A suspicion's END usually comes a moment later: the first look waits for it. The last one comes when the longest run
 * that Lambda allows is over.
 */
const SUSPICION_PAUSES_MS = [5_000, 55_000, 900_000];
/** By then the lines have come, but for the latest, that contradict a stream which speaks of somebody else's request. */
const SETTLED_AFTER_MS = 50_000;
/** How far behind the last of the lines their streams are read, to see what ran in them: enough for the END of a short invocation. */
const BEHIND_MS = 2_000;
/** Request ids in one filter pattern, which may be 1,024 characters long. */
const IDS_A_PATTERN = 20;
/** What FilterLogEvents takes. */
const STREAMS_A_QUERY = 100;
/** Of which everything that began and ended is asked for at once. */
const STREAMS_LOOKED_FOR = 20;
/** Lines this far apart are asked for together: of a stream only some invocations are remembered, and later ones push out the earlier. */
const TOGETHER_MS = 5_000;
/** How far behind a suspicion its END is looked for. The runtime's own error is followed by it within moments. */
const END_WITHIN_MS = 10_000;

/** How long until the log is asked about it for the next time; `undefined` when it has been asked often enough. */
export function pauseBeforeLookUpMs({ finding, lookUps }: WaitingFailure): number | undefined {
  return pausesOf(finding)[lookUps];
}

/** Whether it has waited for long enough to say that nothing contradicts it. */
export function hasSettled({ finding, lookUps }: WaitingFailure): boolean {
  const waitedMs = pausesOf(finding)
    .slice(0, lookUps)
    .reduce((sum, pauseMs) => sum + pauseMs, 0);
  return waitedMs >= SETTLED_AFTER_MS;
}

function pausesOf({ kind }: FailureFinding): readonly number[] {
  return kind === 'suspected' ? SUSPICION_PAUSES_MS : LOOK_UP_PAUSES_MS;
}

/** What a failure waits for: all that is said of its request, what its stream did around it, or whose it is at all. */
const LOOKED_FOR = ['request', 'stream', 'boundaries'] as const;
export type LookedFor = (typeof LOOKED_FOR)[number];

export interface LookUpNeeds {
  readonly due: readonly WaitingFailure[];
  readonly boundaries: InvocationBoundaries;
  readonly lookedForBy: (waiting: WaitingFailure) => LookedFor;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** No invocation began longer before its last line. */
  readonly longestRunMs: number;
}

export interface LookUp {
  readonly query: LogQuery;
  readonly helped: readonly WaitingFailure[];
}

/**
 * The one query that ends most waiting, where long waiting counts for more than its length: in the order of coming, those
 * who wait for one thing would keep those who wait for another past their deadlines; by numbers, or by the sum of the
 * times, twenty who have just come would keep whoever waits alone.
 */
export function planLookUp(needs: LookUpNeeds): LookUp | undefined {
  const { due, lookedForBy, now } = needs;
  const plans = LOOKED_FOR.flatMap((lookedFor) => {
    const alike = due.filter((waiting) => lookedForBy(waiting) === lookedFor);
    return alike.length === 0 ? [] : [planFor(lookedFor, alike, needs)];
  });
  return plans.sort((a, b) => weight(b, now) - weight(a, now))[0];
}

function weight({ helped }: LookUp, now: number): number {
  return helped.reduce((sum, { lookUpAt }) => sum + (now - lookUpAt + 1) ** 2, 0);
}

function planFor(lookedFor: LookedFor, alike: readonly WaitingFailure[], needs: LookUpNeeds): LookUp {
  switch (lookedFor) {
    case 'request':
      return planForRequests(alike.slice(0, IDS_A_PATTERN), needs);
    case 'stream':
      return planForStreams(alike, needs);
    case 'boundaries':
      return planForBoundaries(Math.min(...alike.map(({ event }) => event.timestamp)), alike);
  }
}

/** All that is said of a request in the stream that spoke of it. */
function planForRequests(helped: readonly WaitingFailure[], { boundaries, longestRunMs }: LookUpNeeds): LookUp {
  const times = helped.map(({ event }) => event.timestamp);
  const isEndKnown = helped.every(({ finding }) => finding.kind !== 'suspected');
  const requestIds = new Set(helped.map((waiting) => requestIdOf(waiting, boundaries) ?? ''));
  return {
    query: {
      from: Math.min(...times) - longestRunMs,
      to: Math.max(...times) + (isEndKnown ? 1000 : longestRunMs),
      pattern: linesOf([...requestIds]),
      streamNames: streamsOf(helped),
    },
    helped,
  };
}

/** Everything that began and ended in the streams of failures of one moment. */
function planForStreams(alike: readonly WaitingFailure[], { longestRunMs }: LookUpNeeds): LookUp {
  const oldest = Math.min(...alike.map(({ event }) => event.timestamp));
  const ofThatMoment = alike.filter(({ event }) => event.timestamp < oldest + TOGETHER_MS);
  const streamNames = streamsOf(ofThatMoment).slice(0, STREAMS_LOOKED_FOR);
  const helped = ofThatMoment.filter(({ event }) => streamNames.includes(event.streamName));
  const to = Math.max(...helped.map(({ event }) => event.timestamp)) + BEHIND_MS;
  return { query: { from: oldest - longestRunMs, to, pattern: STARTS_AND_ENDS, streamNames }, helped };
}

function planForBoundaries(from: number, unknown: readonly WaitingFailure[]): LookUp {
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

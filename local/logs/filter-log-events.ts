import type { LogEvent } from './log-event.ts';
import { eventIdOf } from './log-event.ts';
import type { LogGroup } from './log-group.ts';
import { LogsError } from './logs-error.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import { decodeToken, encodeToken, fingerprintOf } from './page-token.ts';
import { optionalInteger, optionalString, optionalStrings, type Parameters } from './parameters.ts';

export const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1024 * 1024;
/** How much one call looks at. A page of a rare pattern in a busy window comes back empty, with a token. */
const MAX_SCANNED_EVENTS = 20_000;
/** CloudWatch Logs counts 26 bytes for each event beside its message. */
const EVENT_OVERHEAD_BYTES = 26;
/** The greatest instant of a JavaScript Date. */
export const MAX_INSTANT_MS = 8.64e15;

export interface FilterLogEventsOptions {
  readonly now: number;
  /** Answers a page with nothing on it, and a token, before it looks at all: AWS does so at times. */
  readonly answerEmptyPage: () => boolean;
}

/**
 * One page of the lines of a window, both ends included, ordered by time, then ingestion. A line that arrives later
 * with an earlier time is not seen by the calls that already went past it: reading the window again finds it.
 */
export function filterLogEvents(group: LogGroup, parameters: Parameters, options: FilterLogEventsOptions): object {
  const { now } = options;
  const { nextToken: _, ...request } = parameters;
  const nextToken = optionalString(parameters, 'nextToken');
  const fingerprint = fingerprintOf(request);
  const startTime = optionalInteger(parameters, 'startTime', 0, MAX_INSTANT_MS) ?? 0;
  const endTime = optionalInteger(parameters, 'endTime', 0, MAX_INSTANT_MS) ?? Infinity;
  const limit = optionalInteger(parameters, 'limit', 1, MAX_PAGE_EVENTS) ?? MAX_PAGE_EVENTS;
  const ofStream = streamFilterOf(parameters);
  const matches = parseFilterPattern(optionalString(parameters, 'filterPattern') ?? '');
  const token = nextToken === undefined ? undefined : decodeToken(nextToken, fingerprint, now);

  if (token?.followsEmptyPage !== true && options.answerEmptyPage()) {
    const after = token?.after ?? { timestamp: startTime, ingestionTime: -1, sequence: -1 };
    return page([], encodeToken({ after, followsEmptyPage: true }, fingerprint, now));
  }

  const events = group.events;
  const found: LogEvent[] = [];
  let bytes = 0;
  let index = token === undefined ? group.indexAt(startTime) : group.indexAfter(token.after);
  const lastIndex = Math.min(events.length, index + MAX_SCANNED_EVENTS);
  let event = events[index];
  for (; event !== undefined && index < lastIndex && event.timestamp <= endTime; event = events[++index]) {
    if (event.ingestionTime > now || !ofStream(event.stream) || !matches(event.message)) continue;
    const size = Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (found.length === limit || (found.length > 0 && bytes + size > MAX_PAGE_BYTES)) break;
    found.push(event);
    bytes += size;
  }
  const previous = events[index - 1];
  const isDone = event === undefined || event.timestamp > endTime || previous === undefined;
  return page(found, isDone ? undefined : encodeToken({ after: previous, followsEmptyPage: false }, fingerprint, now));
}

function page(events: readonly LogEvent[], nextToken: string | undefined): object {
  return {
    events: events.map((event) => ({
      eventId: eventIdOf(event),
      ingestionTime: event.ingestionTime,
      logStreamName: event.stream,
      message: event.message,
      timestamp: event.timestamp,
    })),
    // Always empty on AWS since 2020.
    searchedLogStreams: [],
    nextToken,
  };
}

function streamFilterOf(parameters: Parameters): (stream: string) => boolean {
  const names = optionalStrings(parameters, 'logStreamNames', 100);
  const prefix = optionalString(parameters, 'logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined) {
    throw new LogsError(
      'InvalidParameterException',
      'logStreamNames and logStreamNamePrefix exclude each other; give one of them.',
    );
  }
  if (names !== undefined) {
    const wanted = new Set(names);
    return (stream) => wanted.has(stream);
  }
  return prefix === undefined ? () => true : (stream) => stream.startsWith(prefix);
}

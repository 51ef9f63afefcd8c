import type { EventPosition, LogEvent } from './log-event.ts';
import type { LogGroup } from './log-group.ts';
import { LogsError } from './logs-error.ts';
import { MAX_INSTANT_MS, MAX_PAGE_EVENTS } from './filter-log-events.ts';
import { decodeToken, encodeToken } from './page-token.ts';
import { optionalBoolean, optionalInteger, optionalString, requiredString, type Parameters } from './parameters.ts';

const MAX_PAGE_BYTES = 1024 * 1024;
const BEFORE_ALL: EventPosition = { timestamp: -1, ingestionTime: -1, sequence: -1 };

/**
 * One page of one stream. The window's end is excluded here, unlike in FilterLogEvents. Tokens are always there; at an
 * end of the stream the answer bears the very token that was sent, which is how a caller knows.
 */
export function getLogEvents(group: LogGroup, parameters: Parameters, now: number): object {
  const streamName = requiredString(parameters, 'logStreamName');
  if (!group.streams.has(streamName)) {
    throw new LogsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  const limit = optionalInteger(parameters, 'limit', 1, MAX_PAGE_EVENTS) ?? MAX_PAGE_EVENTS;
  const sent = optionalString(parameters, 'nextToken');
  const fromHead = optionalBoolean(parameters, 'startFromHead') ?? false;
  const isForward = sent === undefined ? fromHead : sent.startsWith('f/');
  const fingerprint = streamName.slice(-16);

  const all = linesOf(group, streamName, parameters, now);
  const token = sent === undefined ? undefined : decodeToken(sent.slice(2), fingerprint, now).after;
  const start = token === undefined ? (isForward ? 0 : all.length) : placeOf(all, token, isForward);
  const events = isForward ? pageFrom(all, start, limit) : pageUntil(all, start, limit);

  const encode = (after: EventPosition): string => encodeToken({ after, followsEmptyPage: false }, fingerprint, now);
  const first = events[0];
  const last = events.at(-1);
  const forward = last ?? token ?? BEFORE_ALL;
  const backward = first ?? token ?? BEFORE_ALL;
  return {
    events: events.map(({ timestamp, ingestionTime, message }) => ({ timestamp, ingestionTime, message })),
    nextForwardToken: events.length === 0 && sent?.startsWith('f/') ? sent : `f/${encode(forward)}`,
    nextBackwardToken: events.length === 0 && sent?.startsWith('b/') ? sent : `b/${encode(backward)}`,
  };
}

function linesOf(group: LogGroup, stream: string, parameters: Parameters, now: number): readonly LogEvent[] {
  const startTime = optionalInteger(parameters, 'startTime', 0, MAX_INSTANT_MS) ?? 0;
  const endTime = optionalInteger(parameters, 'endTime', 0, MAX_INSTANT_MS) ?? MAX_INSTANT_MS;
  return group.events
    .slice(group.indexAt(startTime), group.indexAt(endTime))
    .filter((event) => event.stream === stream && event.ingestionTime <= now);
}

/** Forwards: the first line after the position. Backwards: the index one past the last line before it. */
function placeOf(events: readonly LogEvent[], position: EventPosition, isForward: boolean): number {
  const isAfter = (event: LogEvent): number =>
    event.timestamp - position.timestamp ||
    event.ingestionTime - position.ingestionTime ||
    event.sequence - position.sequence;
  const index = events.findIndex((event) => (isForward ? isAfter(event) > 0 : isAfter(event) >= 0));
  return index === -1 ? events.length : index;
}

function pageFrom(events: readonly LogEvent[], start: number, limit: number): readonly LogEvent[] {
  let end = start;
  for (let bytes = 0; end < Math.min(events.length, start + limit); end += 1) {
    bytes += events[end]?.message.length ?? 0;
    if (bytes > MAX_PAGE_BYTES && end > start) break;
  }
  return events.slice(start, end);
}

function pageUntil(events: readonly LogEvent[], end: number, limit: number): readonly LogEvent[] {
  let start = end;
  for (let bytes = 0; start > Math.max(0, end - limit); start -= 1) {
    bytes += events[start - 1]?.message.length ?? 0;
    if (bytes > MAX_PAGE_BYTES && start < end) break;
  }
  return events.slice(start, end);
}

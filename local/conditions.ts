/**
 * How badly the local AWS behaves. Everything is off by default; what is on is drawn from one seed per kind of
 * trouble, so that a run with the same seed meets the same troubles in each kind's own order.
 */
export interface Conditions {
  readonly seed: number;
  /** How long an S3 event takes to reach Lambda's queue, milliseconds, drawn evenly from the range. */
  readonly eventDelayMs: Range;
  /** Share of S3 events that are delivered a second time (own request id, as on AWS). */
  readonly eventDuplicates: number;
  /** Share of S3 events that never arrive. */
  readonly eventLoss: number;
  /** Share of messages that a queue holds twice, under one message id. */
  readonly queueDuplicates: number;
  /** How long a log line takes until it can be read, milliseconds. */
  readonly logDelayMs: Range;
  /** Share of log lines that are never readable. AWS engineers measured about 0.001. */
  readonly logLoss: number;
  /** Share of log lines that are stored twice, each copy with an event id of its own. */
  readonly logDuplicates: number;
  /** Share of FilterLogEvents pages that are empty but carry a token, before the call has looked at anything. */
  readonly logEmptyPages: number;
  /** Share of S3 writes answered 503 SlowDown without being done. */
  readonly writesRefused: number;
  /** Share of S3 writes that are done while their answer is lost (the connection is cut). */
  readonly writeAnswersLost: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const GOOD_WEATHER: Conditions = {
  seed: 1,
  eventDelayMs: { min: 0, max: 0 },
  eventDuplicates: 0,
  eventLoss: 0,
  queueDuplicates: 0,
  logDelayMs: { min: 0, max: 0 },
  logLoss: 0,
  logDuplicates: 0,
  logEmptyPages: 0,
  writesRefused: 0,
  writeAnswersLost: 0,
};

/** A stream of numbers in [0, 1) that a seed and a name determine (mulberry32 over an FNV-1a hash). */
export function seededRandom(seed: number, name: string): () => number {
  let state = (seed ^ 0x811c9dc5) >>> 0;
  for (const char of name) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function drawFrom(range: Range, random: () => number): number {
  return range.min + (range.max - range.min) * random();
}

/** One stored line. Times are milliseconds since the epoch. */
export interface LogEvent {
  readonly stream: string;
  readonly timestamp: number;
  /** When CloudWatch Logs took it in, and from when it can be read. */
  readonly ingestionTime: number;
  /** Grows with every line of the whole store, across restarts. */
  readonly sequence: number;
  readonly message: string;
  /** The segment of the file that holds it. */
  readonly segment: number;
}

/** A place in the order of events, which is AWS's: by time, then by ingestion, then by arrival. */
export interface EventPosition {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly sequence: number;
}

export function comparePositions(a: EventPosition, b: EventPosition): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || a.sequence - b.sequence;
}

/** 56 digits, as AWS's ids have; unique because the sequence is. */
export function eventIdOf(event: EventPosition): string {
  const digits = (value: number, length: number): string => String(value).padStart(length, '0');
  return digits(event.timestamp, 16) + digits(event.ingestionTime, 16) + digits(event.sequence, 24);
}

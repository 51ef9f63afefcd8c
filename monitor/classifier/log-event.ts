/** One event of the shared log group, as FilterLogEvents gives it. */
export interface LogEvent {
  /** Unique per event: the only safe key to tell a repetition by. */
  readonly eventId: string;
  /** When the function or the platform wrote it, milliseconds since the epoch. */
  readonly timestamp: number;
  readonly streamName: string;
  readonly message: string;
}

/**
 * The function a stream belongs to. Functions that share a log group have their name in it:
 * `2026/10/08/my-function[$LATEST]22be53…`.
 */
export function functionOfStream(streamName: string): string | undefined {
  return /^\d{4}\/\d{2}\/\d{2}\/([^/[\]]+)\[[^\]]+\][0-9a-f]+$/.exec(streamName)?.[1];
}

import type { LogEvent } from '../classifier/log-event.ts';

export interface LogQuery {
  /** First instant, inclusive, milliseconds since the epoch. The window is on the event's own time. */
  readonly from: number;
  readonly to?: number;
  readonly pattern: string;
  /** At most 100; every stream of the group without them. */
  readonly streamNames?: readonly string[];
}

/** An event and when CloudWatch took it in, by its own clock, which no function and no host of ours can put wrong. */
export interface ReadEvent extends LogEvent {
  readonly ingestedAt: number;
}

/** Gives one page of a query. @throws LogGroupMissingError, PageTokenInvalidError */
export type ReadPage = (
  query: LogQuery,
  token: string | undefined,
  signal: AbortSignal,
) => Promise<{ readonly events: readonly ReadEvent[]; readonly nextToken: string | undefined }>;

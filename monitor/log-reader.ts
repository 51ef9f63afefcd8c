import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../platform/clock.ts';
import type { LogEvent } from './log-event.ts';

export interface LogReaderOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly clock: Clock;
  /** At least this long between two calls. */
  readonly paceMs: number;
}

export interface LogQuery {
  /** First instant, inclusive, milliseconds since the epoch. The window is on the event's own time. */
  readonly from: number;
  readonly to?: number;
  readonly pattern: string;
}

export interface LogPage {
  readonly events: readonly LogEvent[];
  /** Nothing of the window is left to read. */
  readonly isLast: boolean;
}

export class LogGroupMissingError extends Error {
  override readonly name = 'LogGroupMissingError';

  constructor(logGroup: string, options?: ErrorOptions) {
    super(`log group ${logGroup} does not exist`, options);
  }
}

/** Pages of one query at most; a page is 10,000 events or 1 MB. */
const MAX_PAGES = 50;

/**
 * FilterLogEvents quotas, calls per second per account and region, which cannot be raised
 * (CloudWatch Logs quotas page, 2026). Every reader of the account shares them.
 */
const QUOTA_BY_REGION: Readonly<Record<string, number>> = {
  'us-east-1': 25,
  'ap-northeast-3': 5,
  'ap-southeast-3': 5,
  'ca-west-1': 5,
  'eu-central-1': 5,
  'il-central-1': 5,
};
const QUOTA_ELSEWHERE = 10;

/** Milliseconds between two calls that keep one monitor under a quarter of its region's quota: two may overlap. */
export function paceOf(region: string): number {
  return Math.ceil(1000 / ((QUOTA_BY_REGION[region] ?? QUOTA_ELSEWHERE) / 4));
}

/** Reads a window of the log group, never faster than its pace. */
export class LogReader {
  readonly #options: LogReaderOptions;
  #nextCallAt = 0;

  constructor(options: LogReaderOptions) {
    this.#options = options;
  }

  /**
   * Pages may be empty and carry a token: only a missing token ends the window. Of a window with more pages than are
   * read at once, the last one given is not the last one.
   * @throws LogGroupMissingError
   */
  async *read(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogPage, void, undefined> {
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      await this.#awaitTurn(signal);
      const answer = await this.#call(query, nextToken, signal);
      nextToken = answer.nextToken;
      const events = (answer.events ?? []).map((event) => ({
        eventId: event.eventId ?? '',
        timestamp: event.timestamp ?? 0,
        streamName: event.logStreamName ?? '',
        message: event.message ?? '',
      }));
      yield { events, isLast: nextToken === undefined };
      if (nextToken === undefined) return;
    }
  }

  async #call({ from, to, pattern }: LogQuery, nextToken: string | undefined, abortSignal: AbortSignal) {
    const { client, logGroup } = this.#options;
    try {
      return await client.send(
        new FilterLogEventsCommand({
          logGroupName: logGroup,
          startTime: Math.max(0, Math.floor(from)),
          endTime: to,
          filterPattern: pattern,
          nextToken,
        }),
        { abortSignal },
      );
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException')
        throw new LogGroupMissingError(logGroup, { cause: error });
      throw error;
    }
  }

  async #awaitTurn(signal: AbortSignal): Promise<void> {
    const { clock, paceMs } = this.#options;
    const now = clock.now();
    const turn = Math.max(now, this.#nextCallAt);
    this.#nextCallAt = turn + paceMs;
    if (turn > now) await clock.sleep(turn - now, signal);
  }
}

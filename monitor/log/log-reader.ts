import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../platform/clock.ts';
import type { LogQuery, ReadPage } from './log-page.ts';
import { LogGroupMissingError, PageTokenInvalidError } from './log-read-errors.ts';
import { QuotaPace } from './quota-pace.ts';

export interface LogReaderOptions {
  /** Without retries of its own (`maxAttempts: 1`): they would be calls that nobody counts. */
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly clock: Clock;
  /** At least this long between two calls. */
  readonly paceMs: number;
  readonly random?: () => number;
  /** Told of each call that was refused for the number of calls. */
  readonly onThrottled?: () => void;
}

/** With the pause doubled each time, 6 to 12 seconds: then whoever reads says so. */
const MAX_TRIES = 5;

/** Reads the log group, never faster than its pace. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #pace: QuotaPace;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    const { clock, paceMs, random = Math.random } = options;
    this.#pace = new QuotaPace({ clock, paceMs, random });
  }

  /** What it takes of the quota. */
  get use(): { readonly lastMinute: number; readonly pauseMs: number } {
    return { lastMinute: this.#pace.callsLastMinute, pauseMs: Math.round(this.#pace.pauseMs) };
  }

  /**
   * One page, tried again more slowly when there were too many calls. A page is 10,000 events or 1 MB, or empty.
   * @throws LogGroupMissingError; PageTokenInvalidError when its token is refused
   */
  readonly readPage: ReadPage = async (query, token, signal) => {
    for (let tries = 1; ; tries += 1) {
      await this.#pace.turn(signal);
      try {
        const page = await this.#call(query, token, signal);
        this.#pace.answered();
        return page;
      } catch (error) {
        if (!isThrottle(error)) throw this.#inOurWords(error, token);
        this.#pace.refused();
        this.#options.onThrottled?.();
        if (tries >= MAX_TRIES) throw error;
      }
    }
  };

  async #call({ from, to, pattern, streamNames }: LogQuery, nextToken: string | undefined, abortSignal: AbortSignal) {
    const { client, logGroup, clock } = this.#options;
    const answer = await client.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: Math.max(0, Math.floor(from)),
        endTime: to,
        filterPattern: pattern,
        ...(streamNames && { logStreamNames: [...streamNames] }),
        nextToken,
      }),
      { abortSignal },
    );
    const events = (answer.events ?? []).map((event) => ({
      eventId: event.eventId ?? '',
      timestamp: event.timestamp ?? 0,
      ingestedAt: event.ingestionTime ?? clock.now(),
      streamName: event.logStreamName ?? '',
      message: event.message ?? '',
    }));
    return { events, nextToken: answer.nextToken };
  }

  #inOurWords(error: unknown, token: string | undefined): unknown {
    const { logGroup } = this.#options;
    const name = error instanceof Error ? error.name : '';
    if (name === 'ResourceNotFoundException') return new LogGroupMissingError(logGroup, { cause: error });
    // Everything else in the query was taken with the first page.
    if (name === 'InvalidParameterException' && token !== undefined)
      return new PageTokenInvalidError(logGroup, { cause: error });
    return error;
  }
}

/** `ThrottlingException: Rate exceeded` is the usual one; the others ask for the same. */
function isThrottle(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ThrottlingException', 'LimitExceededException', 'ServiceUnavailableException'].includes(error.name)
  );
}

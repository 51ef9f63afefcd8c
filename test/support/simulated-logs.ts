import {
  FilterLogEventsCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseFilterPattern } from '../../local/logs/filter-pattern.ts';
import type { Clock } from '../../platform/clock.ts';
import { awsError } from './simulated-errors.ts';
import { LogIndex, type StoredLine } from './simulated-log-index.ts';

/** `refuses`: calls are answered with an error. `keeps-back`: calls are answered, and no line written meanwhile is there. */
export interface LogOutage {
  readonly kind: 'refuses' | 'keeps-back';
  readonly from: number;
  readonly to: number;
}

export interface LogConditions {
  /** Of lines that never arrive: about 0.001 was seen (awslabs/aws-embedded-metrics-node issue 180). */
  readonly lost: number;
  /** Of lines that come twice: half of them as one event given twice, half as two events. */
  readonly repeated: number;
  /** Between a line's own time and its arrival, milliseconds. */
  readonly lagMs: (random: () => number) => number;
  /** Of calls that are throttled. */
  readonly throttled: number;
  readonly outages: readonly LogOutage[];
}

export interface SimulatedLogsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly conditions: LogConditions;
}

/** A page of FilterLogEvents holds at most 10,000 events or 1 MB (its API reference). */
const PAGE_EVENTS = 10_000;
const PAGE_CHARACTERS = 1_048_576;
const EMPTY_PAGES = 0.1;
const MAX_CALL_MS = 150;

/** A log group in memory behind the client's `send`, which loses, delays, repeats and mixes up lines from a seed. */
export class SimulatedLogs {
  readonly client = {
    send: (command: unknown, options?: { readonly abortSignal?: AbortSignal }) =>
      this.#send(command, options?.abortSignal),
  } as unknown as CloudWatchLogsClient;
  readonly counts = { lines: 0, lost: 0, repeated: 0, calls: 0, errors: 0 };
  readonly #options: SimulatedLogsOptions;
  readonly #index = new LogIndex(parseFilterPattern);
  readonly #rests = new Map<string, readonly StoredLine[]>();

  constructor(options: SimulatedLogsOptions) {
    this.#options = options;
  }

  /** When the line can be read; infinite when it is lost. `timestamp` is the writer's clock. */
  write(streamName: string, timestamp: number, message: string): number {
    const { random, conditions } = this.#options;
    this.counts.lines += 1;
    if (random() < conditions.lost) {
      this.counts.lost += 1;
      return Infinity;
    }
    const isRepeated = random() < conditions.repeated;
    if (isRepeated) this.counts.repeated += 1;
    const isTwin = isRepeated && random() < 0.5;
    const deliveredAt = this.#store(streamName, timestamp, message, isTwin);
    return isRepeated && !isTwin
      ? Math.min(deliveredAt, this.#store(streamName, timestamp, message, false))
      : deliveredAt;
  }

  #store(streamName: string, timestamp: number, message: string, isTwin: boolean): number {
    const { random, conditions } = this.#options;
    let deliveredAt = Math.round(timestamp + conditions.lagMs(random));
    for (const { kind, from, to } of conditions.outages)
      if (kind === 'keeps-back' && deliveredAt >= from && deliveredAt < to)
        deliveredAt = to + (deliveredAt - from) / 10;
    const eventId = String(this.#index.size).padStart(56, '0');
    this.#index.add({ eventId, streamName, timestamp: Math.round(timestamp), message, deliveredAt, isTwin });
    return deliveredAt;
  }

  async #send(command: unknown, abortSignal: AbortSignal | undefined): Promise<unknown> {
    const { clock, random, conditions } = this.#options;
    if (!(command instanceof FilterLogEventsCommand || command instanceof PutLogEventsCommand))
      throw awsError('UnknownOperationException', 400);
    this.counts.calls += 1;
    await clock.sleep(Math.floor(random() * MAX_CALL_MS), abortSignal);
    const now = clock.now();
    const isDown = conditions.outages.some(({ kind, from, to }) => kind === 'refuses' && now >= from && now < to);
    const isThrottled = random() < conditions.throttled;
    if (isDown || isThrottled) this.counts.errors += 1;
    if (isDown) throw awsError('ServiceUnavailableException', 503);
    if (isThrottled) throw awsError('ThrottlingException', 400);
    return command instanceof PutLogEventsCommand ? this.#put(command) : this.#page(command, now);
  }

  /** Acknowledged, so never lost; the stream is made when it is first written to, as nobody asks here. */
  #put({ input }: PutLogEventsCommand): unknown {
    for (const { timestamp = 0, message = '' } of input.logEvents ?? [])
      this.#store(input.logStreamName ?? '', timestamp, message, false);
    return {};
  }

  #page({ input }: FilterLogEventsCommand, now: number): unknown {
    const { startTime = 0, endTime = Infinity, filterPattern = '', nextToken, logStreamNames, limit } = input;
    const rest = nextToken === undefined ? undefined : this.#rests.get(nextToken);
    if (nextToken !== undefined && rest === undefined) throw awsError('InvalidParameterException', 400);
    if (nextToken !== undefined) this.#rests.delete(nextToken);
    const found =
      rest ??
      this.#index
        .find(filterPattern, startTime, endTime)
        .filter((line) => line.deliveredAt <= now && (logStreamNames?.includes(line.streamName) ?? true));
    const isEmpty = this.#options.random() < EMPTY_PAGES;
    const taken = isEmpty ? 0 : fits(found, Math.min(limit ?? PAGE_EVENTS, PAGE_EVENTS));
    const left = found.slice(taken);
    const token = isEmpty || left.length > 0 ? `token-${this.counts.calls}` : undefined;
    if (token !== undefined) this.#rests.set(token, left);
    return {
      events: found.slice(0, taken).flatMap((line) => (line.isTwin ? [toEvent(line), toEvent(line)] : [toEvent(line)])),
      ...(token !== undefined && { nextToken: token }),
    };
  }
}

function fits(lines: readonly StoredLine[], limit: number): number {
  let characters = 0;
  let taken = 0;
  for (const { message } of lines.slice(0, limit)) {
    characters += message.length;
    if (characters > PAGE_CHARACTERS && taken > 0) break;
    taken += 1;
  }
  return taken;
}

function toEvent({ eventId, streamName, timestamp, message, deliveredAt }: StoredLine): unknown {
  return { eventId, logStreamName: streamName, timestamp, message, ingestionTime: deliveredAt };
}

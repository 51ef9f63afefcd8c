import {
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../../platform/clock.ts';
import type { ReadEvent } from '../../../../monitor/log/log-page.ts';

export interface PagedLogGroupOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly pageEvents?: number;
}

/** A log group that answers in pages with tokens, delivers late, refuses as it is told to, and takes lines in. */
export class PagedLogGroup {
  /** Every FilterLogEvents call that arrived, refused ones included. */
  readonly calls: (FilterLogEventsCommandInput & { readonly at: number })[] = [];
  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as CloudWatchLogsClient;
  /** What CloudWatch Logs answers instead, by command; asked before each call. */
  refusal: (command: 'filter' | 'put') => Error | undefined = () => undefined;
  /** From a line's arrival to its being seen. */
  ingestionMs = 0;
  readonly #options: PagedLogGroupOptions;
  readonly #streams = new Set<string>();
  readonly #events: ReadEvent[] = [];
  #tokensFrom = 0;
  #written = 0;

  constructor(options: PagedLogGroupOptions) {
    this.#options = options;
  }

  /** Puts lines there, in any order of time. */
  add(events: readonly Omit<ReadEvent, 'ingestedAt'>[], ingestedAt?: number): void {
    const now = this.#options.clock.now();
    for (const event of events) this.#events.push({ ...event, ingestedAt: ingestedAt ?? now + this.ingestionMs });
    this.#events.sort((a, b) => a.timestamp - b.timestamp);
  }

  /** Tokens that were given until now are refused from now on. */
  expireTokens(): void {
    this.#tokensFrom = this.calls.length;
  }

  async #send(command: unknown): Promise<unknown> {
    if (command instanceof FilterLogEventsCommand) return this.#filter(command.input);
    const refusal = this.refusal('put');
    if (refusal !== undefined) throw refusal;
    if (command instanceof CreateLogStreamCommand) {
      const name = command.input.logStreamName ?? '';
      if (this.#streams.has(name)) throw awsError('ResourceAlreadyExistsException');
      this.#streams.add(name);
      return {};
    }
    if (!(command instanceof PutLogEventsCommand)) throw awsError('NotImplemented');
    const { logStreamName: streamName = '', logEvents = [] } = command.input;
    if (!this.#streams.has(streamName)) throw awsError('ResourceNotFoundException');
    this.add(
      logEvents.map(({ timestamp = 0, message = '' }) => {
        this.#written += 1;
        return { eventId: `put-${this.#written}`, timestamp, streamName, message };
      }),
    );
    return {};
  }

  #filter(input: FilterLogEventsCommandInput): unknown {
    this.calls.push({ ...input, at: this.#options.clock.now() });
    const refusal = this.refusal('filter');
    if (refusal !== undefined) throw refusal;
    const { startTime = 0, endTime = Infinity, filterPattern = '', logStreamNames, nextToken } = input;
    const [issued = '0', start = '0', query = ''] = (nextToken ?? '').split('|');
    const isOwn = query === `${startTime} ${filterPattern}` && Number(issued) > this.#tokensFrom;
    if (nextToken !== undefined && !isOwn) throw awsError('InvalidParameterException');
    const { pageEvents = 10_000, clock } = this.#options;
    const terms = [...filterPattern.matchAll(/\?(?:"([^"]*)"|(\S+))/g)].map((match) => match[1] ?? match[2] ?? '');
    const page: object[] = [];
    let index = nextToken === undefined ? this.#indexAt(startTime) : Number(start);
    let event = this.#events[index];
    for (
      ;
      event !== undefined && event.timestamp <= endTime && page.length < pageEvents;
      event = this.#events[++index]
    ) {
      const { ingestedAt: ingestionTime, streamName: logStreamName, message, ...rest } = event;
      if (ingestionTime > clock.now() || (logStreamNames && !logStreamNames.includes(logStreamName))) continue;
      if (terms.some((term) => message.includes(term))) page.push({ ...rest, message, logStreamName, ingestionTime });
    }
    const isDone = event === undefined || event.timestamp > endTime;
    const token = `${this.calls.length}|${index}|${startTime} ${filterPattern}`;
    return { events: page, ...(!isDone && { nextToken: token }) };
  }

  #indexAt(instant: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.timestamp ?? 0) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name, $metadata: {} });
}

import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { GOOD_WEATHER } from '../../local/conditions.ts';
import { authorize } from '../../local/iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../local/iam/identities.ts';
import { createLogs, type Logs } from '../../local/logs/logs.ts';
import type { Clock } from '../../platform/clock.ts';
import { linesOfOrder } from '../log-lines.ts';

const GROUP = '/bench';
const STREAM = '2026/01/01/payment[$LATEST]0123456789abcdef0123456789abcdef';
/** Everything that is written is still there when it is read. */
const KEEP_ALL = { maxBytes: 4 * 1024 ** 3, maxAgeMs: 7 * 86_400_000, segmentBytes: 64 * 1024 * 1024 };

export interface SimulatedLogOptions {
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  readonly ordersPerSecond: number;
}

/**
 * The local CloudWatch Logs in this process, in simulated time: as time passes, orders are logged at a steady rate. Whoever
 * sleeps by its clock makes it pass.
 */
export class SimulatedLog {
  readonly logGroup = GROUP;
  readonly #logs: Logs;
  readonly #ordersPerSecond: number;
  readonly #principal = createIdentities().principalOf(ROOT_CREDENTIALS.accessKeyId);
  #now: number;
  #orders = 0;
  #loggedThrough: number;
  calls = 0;
  lines = 0;

  constructor({ folder, startAt, ordersPerSecond }: SimulatedLogOptions) {
    this.#now = startAt;
    this.#loggedThrough = startAt;
    this.#ordersPerSecond = ordersPerSecond;
    this.#logs = createLogs({
      stateFolder: folder,
      conditions: GOOD_WEATHER,
      authorize,
      clock: () => this.#now,
      retention: KEEP_ALL,
    });
    this.#logs.start();
    this.#logs.createGroup(GROUP);
  }

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: (ms) => {
      this.pass(ms);
      return Promise.resolve();
    },
  };

  /** Lets time pass, and writes what is logged meanwhile. */
  pass(ms: number): void {
    const until = this.#now + ms;
    const everyMs = 1000 / this.#ordersPerSecond;
    for (; this.#loggedThrough + everyMs <= until; this.#loggedThrough += everyMs) {
      this.#now = Math.floor(this.#loggedThrough);
      const lines = linesOfOrder(this.#orders++).map((message) => ({ timestamp: this.#now, message }));
      this.lines += lines.length;
      this.#logs.sink.append(GROUP, STREAM, lines);
    }
    this.#now = until;
  }

  /** Answers FilterLogEvents; there is neither a socket nor the SDK in between. */
  readonly client = {
    send: async ({ input }: { readonly input: object }) => {
      if (this.#principal === undefined) throw new Error('the account root is nobody');
      this.calls += 1;
      const { body = '', status } = await this.#logs.service.respond({
        method: 'POST',
        url: new URL('http://simulated/'),
        headers: { 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
        body: Buffer.from(JSON.stringify(input)),
        principal: this.#principal,
        requestId: 'simulated',
      });
      if (status !== 200) throw new Error(`FilterLogEvents is answered ${status}: ${body.toString().slice(0, 500)}`);
      return JSON.parse(body.toString()) as object;
    },
  } as unknown as CloudWatchLogsClient;

  close(): void {
    this.#logs.close();
  }
}

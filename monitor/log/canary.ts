import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { CANARY_TEXT } from './canary-line.ts';
import { CANARY_STREAM } from '../environment.ts';

export interface CanaryOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The instant up to which the log is known to be visible; `undefined` before anything was seen. */
  readonly seesThroughAt: () => number | undefined;
}

/**
 * Four lines a minute at most, and none while the functions' own lines show as much. Of 24 bytes and the 26 that
 * CloudWatch Logs counts besides, a month of them costs a hundredth of a cent; calls cost nothing.
 */
const EVERY_MS = 15_000;

/**
 * Writes a line of its own into the functions' log group while that is quiet: an empty answer of FilterLogEvents means
 * both that nothing was written and that nothing written can be seen, and only a line that must be there tells the two apart.
 */
export class Canary {
  readonly #options: CanaryOptions;
  #lastError: unknown;

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /** Why the last line could not be written; `undefined` when it could, or was not needed. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.writeIfQuiet();
      // Aborting the pause ends the loop at its condition.
      await this.#options.clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }

  async writeIfQuiet(): Promise<void> {
    const { clock, logger, seesThroughAt } = this.#options;
    if (clock.now() - (seesThroughAt() ?? 0) < EVERY_MS) return;
    try {
      await this.#write();
      this.#lastError = undefined;
    } catch (error) {
      // Said once until it goes well again: the blindness that may follow is shown elsewhere, all the time.
      if (this.#lastError === undefined) logger.warn('canary line could not be written', { error });
      this.#lastError = error;
    }
  }

  async #write(): Promise<void> {
    try {
      await this.#put();
    } catch (error) {
      // The group may be missing instead: then making the stream fails in the same words.
      if (nameOf(error) !== 'ResourceNotFoundException') throw error;
      await this.#createStream();
      await this.#put();
    }
  }

  async #put(): Promise<void> {
    const { client, logGroup: logGroupName, clock } = this.#options;
    const logEvents = [{ timestamp: clock.now(), message: CANARY_TEXT }];
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName: CANARY_STREAM, logEvents }));
  }

  async #createStream(): Promise<void> {
    const { client, logGroup: logGroupName } = this.#options;
    try {
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: CANARY_STREAM }));
    } catch (error) {
      // Another monitor was faster; both write to it.
      if (nameOf(error) !== 'ResourceAlreadyExistsException') throw error;
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

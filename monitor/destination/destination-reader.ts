import { DeleteMessageCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Failure } from '../../workflow/failure.ts';
import { readDestinationRecord, type RecordReading } from './destination-record.ts';
import type { Looked, StepFailure } from '../queue/execution-queue.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import type { WorkRecord } from '../work-record.ts';

export interface DestinationReaderOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly reading: RecordReading;
  /** Hands a failure over and tells what became of the look at its execution. */
  readonly onFailure: (executionId: string, failure: StepFailure) => Promise<Looked>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told after each receive that was answered, or what went wrong. */
  readonly record: WorkRecord;
}

/** SQS's own limits for one call. A receive that waits costs no more than one that does not, and is answered at once. */
const MESSAGES_A_RECEIVE = 10;
const WAIT_SECONDS = 20;
/**
 * Messages whose looks are not over. They are hidden from other monitors for a minute, so no more are taken than are
 * looked at in that time even when each look takes ten seconds (16 go side by side).
 */
const MAX_IN_HAND = 96;
const MAX_PAUSE_AFTER_ERRORS_MS = 15_000;

/**
 * Reads the queue of failed events for ever. A message is deleted once the look at its execution is over; one whose look
 * failed, or was turned away, stays and comes again. Dying in between means seeing it twice, and the second look finds
 * that the first has done everything. What cannot be read is never deleted: the queue sets it aside after a while.
 */
export class DestinationReader {
  readonly #options: DestinationReaderOptions;
  readonly #inHand = new Set<Promise<void>>();

  constructor(options: DestinationReaderOptions) {
    this.#options = options;
  }

  /** Resolves once `signal` is aborted; looks may still be under way then. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, record } = this.#options;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let failures = 0;
    while (!signal.aborted) {
      try {
        while (this.#inHand.size + MESSAGES_A_RECEIVE > MAX_IN_HAND && !signal.aborted) {
          await Promise.race([...this.#inHand, aborted]);
        }
        await this.receive(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        record.failed(error);
        const pauseMs = Math.min(MAX_PAUSE_AFTER_ERRORS_MS, 250 * 2 ** failures);
        logger.warn('failed events could not be received', { error, pauseMs });
        // Aborting the pause ends the loop at its condition.
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    }
  }

  /** One receive: takes what there is, or waits a while for something to come. */
  async receive(signal: AbortSignal): Promise<void> {
    const { client, queueUrl, clock, record } = this.#options;
    // Whether it works is soon known: only who knows it waits.
    const works = record.facts.doneAt !== undefined && record.facts.failuresInARow === 0;
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: MESSAGES_A_RECEIVE,
        WaitTimeSeconds: works ? WAIT_SECONDS : 0,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      { abortSignal: signal },
    );
    record.done(clock.now());
    for (const message of Messages) this.#take(message);
  }

  /** Resolves once every message in hand is deleted or left. */
  async settled(): Promise<void> {
    await Promise.all(this.#inHand);
  }

  #take(message: Message): void {
    const { reading, logger, metrics } = this.#options;
    const read = readDestinationRecord(message.Body ?? '', reading);
    if (read.kind === 'not-understood') {
      // Once, not at each of its receives. Its text may be anything: it stays in the queue and out of the log.
      if (message.Attributes?.ApproximateReceiveCount !== '1') return;
      metrics.count(MONITOR_METRICS.failedEventsNotUnderstood);
      logger.warn('failed event not understood', { messageId: message.MessageId, why: read.why });
      return;
    }
    metrics.count(MONITOR_METRICS.failedEventsRead);
    const { executionId, step, gaveUpAt } = read;
    const failure: Failure = {
      ...read.failure,
      signal: 'destination',
      attempt: read.attempt,
      detectedAt: this.#options.clock.now(),
      requestId: read.requestId,
      evidence: message.MessageId === undefined ? [] : [message.MessageId],
    };
    const handled = this.#handOver(executionId, { step, failure, evidenceAt: gaveUpAt }, message).finally(() =>
      this.#inHand.delete(handled),
    );
    this.#inHand.add(handled);
  }

  async #handOver(executionId: string, failure: StepFailure, { ReceiptHandle }: Message): Promise<void> {
    const { client, queueUrl, onFailure, logger } = this.#options;
    if ((await onFailure(executionId, failure)) === 'not-looked') return;
    try {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    } catch (error) {
      // It comes again, and is stale then.
      logger.warn('failed event could not be deleted', { executionId, error });
    }
  }
}

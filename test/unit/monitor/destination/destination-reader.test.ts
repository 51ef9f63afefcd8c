import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { DestinationReader } from '../../../../monitor/destination/destination-reader.ts';
import type { Looked, StepFailure } from '../../../../monitor/queue/execution-queue.ts';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import { WorkRecord } from '../../../../monitor/work-record.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { aDestinationRecord, GAVE_UP_AT, paymentEvent, READING } from './a-destination-record.ts';
import { EXECUTION, REQUEST } from '../builders.ts';

type SentWithOptions = readonly [ReceiveMessageCommand, { readonly abortSignal: AbortSignal }];

const forever = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

function aMessage(id: string, body = JSON.stringify(aDestinationRecord()), receives = 1): Message {
  return {
    MessageId: id,
    ReceiptHandle: `handle of ${id}`,
    Body: body,
    Attributes: { ApproximateReceiveCount: String(receives) },
  };
}

function theReader(batches: readonly (readonly Message[])[] = []) {
  const client = new SQSClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const left = [...batches];
  mock.on(ReceiveMessageCommand).callsFake(() => ({ Messages: left.shift() }));
  mock.on(DeleteMessageCommand).resolves({});
  const looks: { executionId: string; failure: StepFailure; end: (looked: Looked) => void }[] = [];
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const record = new WorkRecord();
  const reader = new DestinationReader({
    client,
    queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/failed-events',
    reading: READING,
    onFailure: (executionId, failure) => new Promise((end) => looks.push({ executionId, failure, end })),
    clock,
    logger,
    metrics,
    record,
  });
  const deleted = () => mock.commandCalls(DeleteMessageCommand).map(({ args }) => args[0].input.ReceiptHandle);
  const receives = () => mock.commandCalls(ReceiveMessageCommand).map(({ args }) => args[0].input);
  return { reader, mock, looks, clock, logger, metrics, record, deleted, receives };
}

describe('a failed event', () => {
  it('is kept until the look at its execution is over, so that dying in between loses nothing', async () => {
    const { reader, looks, deleted } = theReader([[aMessage('a')]]);
    await reader.receive(forever);
    await turn();
    expect(looks).toHaveLength(1);
    expect(deleted()).toEqual([]);
    looks[0]?.end('looked');
    await reader.settled();
    expect(deleted()).toEqual(['handle of a']);
  });

  it('is kept when its execution could not be looked at, or nobody had room for it', async () => {
    const { reader, looks, deleted } = theReader([[aMessage('a'), aMessage('b')]]);
    await reader.receive(forever);
    looks[0]?.end('not-looked');
    looks[1]?.end('looked');
    await reader.settled();
    expect(deleted()).toEqual(['handle of b']);
  });

  it('that cannot be deleted is left to come again', async () => {
    const { reader, mock, looks, logger } = theReader([[aMessage('a')]]);
    mock.on(DeleteMessageCommand).rejects(new Error('connection lost'));
    await reader.receive(forever);
    looks[0]?.end('looked');
    await reader.settled();
    expect(logger.events).toMatchObject([{ level: 'warn', message: 'failed event could not be deleted' }]);
  });

  it('that is not understood is neither handed over nor deleted, and is told once without its text', async () => {
    const body = 'secret {"executionId":"';
    const { reader, looks, deleted, logger, metrics } = theReader([[aMessage('a', body)], [aMessage('a', body, 2)]]);
    await reader.receive(forever);
    await reader.receive(forever);
    await reader.settled();
    expect(looks).toEqual([]);
    expect(deleted()).toEqual([]);
    expect(metrics.total(MONITOR_METRICS.failedEventsNotUnderstood)).toBe(1);
    expect(logger.events).toEqual([
      {
        level: 'warn',
        message: 'failed event not understood',
        fields: { messageId: 'a', why: 'not a record of a failed event' },
      },
    ]);
  });

  it('is handed over as a failure of its attempt, found by the destination, with the message as evidence', async () => {
    const { reader, looks, clock, metrics } = theReader([
      [aMessage('a', JSON.stringify(aDestinationRecord({ requestPayload: paymentEvent(2) })))],
    ]);
    await reader.receive(forever);
    expect(looks).toMatchObject([
      {
        executionId: EXECUTION,
        failure: {
          step: 'payment',
          evidenceAt: GAVE_UP_AT,
          failure: {
            kind: 'TYPE_ERROR',
            signal: 'destination',
            attempt: 2,
            requestId: REQUEST,
            detectedAt: clock.now(),
            evidence: ['a'],
          },
        },
      },
    ]);
    expect(metrics.total(MONITOR_METRICS.failedEventsRead)).toBe(1);
  });
});

describe('reading the queue for ever', () => {
  it('says that it fails, tries again less and less often, and is well again by itself', async () => {
    const { reader, mock, clock, record, logger } = theReader();
    mock.on(ReceiveMessageCommand).rejects(new Error('no such queue'));
    const ending = new AbortController();
    const running = reader.run(ending.signal);
    for (const pauseMs of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      await clock.untilSleeping();
      expect(logger.events.at(-1)).toMatchObject({ level: 'warn', fields: { pauseMs } });
      await clock.advance(pauseMs - 1);
      expect(clock.sleeping).toBe(1);
      await clock.advance(1);
    }
    expect(record.facts).toMatchObject({ doneAt: undefined, lastError: 'no such queue' });
    await clock.untilSleeping();
    mock
      .on(ReceiveMessageCommand)
      .resolvesOnce({})
      .callsFake(() => {
        ending.abort();
        return {};
      });
    await clock.advance(15_000);
    await running;
    expect(record.facts).toEqual({ doneAt: clock.now(), failuresInARow: 0, lastError: undefined });
  });

  it('waits for messages only once it knows that it may read', async () => {
    const { reader, receives, mock } = theReader();
    await reader.receive(forever);
    await reader.receive(forever);
    expect(receives().map(({ WaitTimeSeconds }) => WaitTimeSeconds)).toEqual([0, 20]);
    expect(receives()[0]).toMatchObject({
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    mock.on(ReceiveMessageCommand).rejects(new Error('denied'));
    await expect(reader.receive(forever)).rejects.toThrow('denied');
  });

  it('takes no more than it can look at, and ends without waiting for its looks', async () => {
    const { reader, mock, looks, receives } = theReader();
    let sent = 0;
    mock.on(ReceiveMessageCommand).callsFake(() => {
      return { Messages: Array.from({ length: 10 }, () => aMessage(String((sent += 1)))) };
    });
    const ending = new AbortController();
    const running = reader.run(ending.signal);
    while (looks.length < 90) await turn();
    await turn();
    await turn();
    expect(receives()).toHaveLength(9);
    for (const { end } of looks.slice(0, 4)) end('looked');
    while (looks.length < 96) await turn();
    expect(receives()).toHaveLength(10);
    ending.abort();
    await running;
  });

  it('gives a receive that waits up at once when it is told to end', async () => {
    const { reader, mock } = theReader();
    mock.on(ReceiveMessageCommand).callsFake(
      () =>
        new Promise((_resolve, reject) => {
          // The mock's types know only the command.
          const [, options] = mock.commandCalls(ReceiveMessageCommand).at(-1)?.args as unknown as SentWithOptions;
          options.abortSignal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    const ending = new AbortController();
    const running = reader.run(ending.signal);
    await turn();
    ending.abort();
    await running;
    expect(mock.commandCalls(ReceiveMessageCommand)).toHaveLength(1);
  });
});

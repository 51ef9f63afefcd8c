import { createHash } from 'node:crypto';
import type { LongPolls, SqsClock } from './long-polls.ts';
import type { Message } from './message.ts';
import { optionalInteger, refuseOthers, strings, type Parameters } from './parameters.ts';
import { MAX_VISIBILITY_TIMEOUT_SECONDS, MAX_WAIT_SECONDS } from './queue-configuration.ts';
import type { QueueStore } from './queue-store.ts';
import type { Queue } from './queue.ts';
import { receiptHandleOf } from './receipt-handle.ts';
import { SqsError } from './sqs-error.ts';

const HONOURED = [
  'QueueUrl',
  'AttributeNames',
  'MessageSystemAttributeNames',
  // No message has any: SendMessage refuses them.
  'MessageAttributeNames',
  'MaxNumberOfMessages',
  'VisibilityTimeout',
  'WaitTimeSeconds',
];

export interface ReceiveDependencies {
  readonly store: QueueStore;
  readonly polls: LongPolls;
  readonly clock: SqsClock;
}

export async function receiveMessage(
  queue: Queue,
  parameters: Parameters,
  { store, polls, clock }: ReceiveDependencies,
): Promise<object> {
  refuseOthers(parameters, HONOURED);
  const { name, visibilityTimeoutSeconds, receiveWaitSeconds } = queue.configuration;
  const count = optionalInteger(parameters, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const visibilityTimeoutMs =
    1000 *
    (optionalInteger(parameters, 'VisibilityTimeout', 0, MAX_VISIBILITY_TIMEOUT_SECONDS) ?? visibilityTimeoutSeconds);
  const waitMs = 1000 * (optionalInteger(parameters, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS) ?? receiveWaitSeconds);
  const attributesOf = systemAttributes([
    ...strings(parameters, 'AttributeNames'),
    ...strings(parameters, 'MessageSystemAttributeNames'),
  ]);

  const endsAt = clock.now() + waitMs;
  for (;;) {
    const received = store.receive(queue, { count, visibilityTimeoutMs });
    if (received === 'over-limit' && waitMs === 0) {
      throw new SqsError('OverLimit', `Too many messages of ${name} are in flight; delete those that are done with.`);
    }
    if (received !== 'over-limit' && received.length > 0) {
      return { Messages: received.map((message) => answerOf(message, attributesOf(message))) };
    }
    const now = clock.now();
    const nextLookAt = Math.min(endsAt, queue.nextVisibleAt(now) ?? endsAt);
    if (now >= endsAt || (await polls.wait(name, nextLookAt - now)) === 'refused') return {};
  }
}

type Attributes = Readonly<Record<string, string>>;

const SYSTEM_ATTRIBUTES: Readonly<Record<string, (message: Message) => number | undefined>> = {
  ApproximateReceiveCount: (message) => message.receiveCount,
  SentTimestamp: (message) => message.sentAt,
  ApproximateFirstReceiveTimestamp: (message) => message.firstReceivedAt,
};

function systemAttributes(asked: readonly string[]): (message: Message) => Attributes {
  const unknown = asked.filter((name) => name !== 'All' && !Object.hasOwn(SYSTEM_ATTRIBUTES, name));
  if (unknown.length > 0) {
    throw new SqsError('NotImplemented', `The local SQS does not implement the attribute ${unknown.join(', ')}.`);
  }
  const wanted = Object.entries(SYSTEM_ATTRIBUTES).filter(([name]) => asked.includes(name) || asked.includes('All'));
  return (message) => Object.fromEntries(wanted.map(([name, valueOf]) => [name, String(valueOf(message))]));
}

function answerOf(message: Message, attributes: Attributes): object {
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandleOf(message),
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}),
  };
}

/** Clients compute it, too, and refuse a message with another one. */
export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

import { optionalString, refuseOthers, type Parameters } from './parameters.ts';
import type { QueueStore } from './queue-store.ts';
import type { Queue } from './queue.ts';
import { md5Of } from './receive-message.ts';
import { SqsError } from './sqs-error.ts';

/** What XML 1.0 can carry: SQS began with it. */
const REFUSED_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function sendMessage(queue: Queue, parameters: Parameters, store: QueueStore): object {
  refuseOthers(parameters, ['QueueUrl', 'MessageBody']);
  const body = optionalString(parameters, 'MessageBody') ?? '';
  checkBody(queue, body);
  return { MD5OfMessageBody: md5Of(body), MessageId: store.send(queue, body).id };
}

/** @throws SqsError */
export function checkBody(queue: Queue, body: string): void {
  const { maximumMessageBytes } = queue.configuration;
  if (body === '') {
    throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (Buffer.byteLength(body) > maximumMessageBytes) {
    throw new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`,
    );
  }
  if (REFUSED_CHARACTER.test(body)) {
    throw new SqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
}

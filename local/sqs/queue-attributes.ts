import { refuseOthers, strings, type Parameters } from './parameters.ts';
import { queueArnOf } from './queue-address.ts';
import type { Queue } from './queue.ts';
import { SqsError } from './sqs-error.ts';

/** Asked for nothing, SQS answers nothing. All values are strings. */
export function getQueueAttributes(queue: Queue, parameters: Parameters, now: number): object {
  refuseOthers(parameters, ['QueueUrl', 'AttributeNames']);
  const asked = strings(parameters, 'AttributeNames');
  const known = attributesOf(queue, now);
  const unknown = asked.filter((name) => name !== 'All' && !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new SqsError('NotImplemented', `The local SQS does not implement the attribute ${unknown.join(', ')}.`);
  }
  const answered = Object.entries(known).filter(
    ([name, value]) => value !== undefined && (asked.includes(name) || asked.includes('All')),
  );
  if (answered.length === 0) return {};
  return { Attributes: Object.fromEntries(answered.map(([name, value]) => [name, String(value)])) };
}

/** An attribute that is undefined is known and not set. */
function attributesOf(queue: Queue, now: number): Readonly<Record<string, string | number | undefined>> {
  const { configuration } = queue;
  const { policy, redrivePolicy } = configuration;
  return {
    QueueArn: queueArnOf(configuration.name),
    ApproximateNumberOfMessages: queue.visibleCount(now),
    ApproximateNumberOfMessagesNotVisible: queue.inFlightCount(now),
    // Delays are not implemented.
    ApproximateNumberOfMessagesDelayed: 0,
    DelaySeconds: 0,
    VisibilityTimeout: configuration.visibilityTimeoutSeconds,
    MessageRetentionPeriod: configuration.retentionSeconds,
    MaximumMessageSize: configuration.maximumMessageBytes,
    ReceiveMessageWaitTimeSeconds: configuration.receiveWaitSeconds,
    RedrivePolicy: redrivePolicy && JSON.stringify(redrivePolicy),
    Policy: policy && JSON.stringify(policy),
  };
}

import { queueNameInUrl } from '../../sqs/queue-address.ts';
import type { NewQueue } from '../../sqs/queue-configuration.ts';
import type { Properties } from '../properties.ts';
import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  QueueName: 'read already: it is in the URL',
  SqsManagedSseEnabled: "the state folder is as safe as the machine's disk",
  Tags: 'nobody is billed',
};

/** Of the properties that are absent SQS has the defaults. */
export function readQueue({ name: url, properties }: Resource): NewQueue {
  properties.without(WITHOUT_MEANING);
  const name = queueNameInUrl(url) ?? properties.fail('QueueName', `makes no queue URL: ${url}`);
  const redrive = properties.object('RedrivePolicy');
  return {
    name,
    ...optional('visibilityTimeoutSeconds', properties.optionalNumber('VisibilityTimeout')),
    ...optional('retentionSeconds', properties.optionalNumber('MessageRetentionPeriod')),
    ...optional('maximumMessageBytes', properties.optionalNumber('MaximumMessageSize')),
    ...optional('receiveWaitSeconds', properties.optionalNumber('ReceiveMessageWaitTimeSeconds')),
    ...(redrive !== undefined && { redrivePolicy: readRedrivePolicy(redrive) }),
  };
}

function readRedrivePolicy(policy: Properties): NonNullable<NewQueue['redrivePolicy']> {
  return {
    deadLetterTargetArn: policy.text('deadLetterTargetArn'),
    maxReceiveCount: policy.optionalNumber('maxReceiveCount') ?? policy.fail('maxReceiveCount', 'is missing'),
  };
}

function optional<K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, number>);
}

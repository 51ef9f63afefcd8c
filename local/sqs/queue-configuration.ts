import type { PolicyDocument } from '../ports.ts';
import { SqsError } from './sqs-error.ts';

/** A standard queue. What is absent has SQS's default. */
export interface NewQueue {
  /** 1 to 80 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** 0 to 43,200; default 30. */
  readonly visibilityTimeoutSeconds?: number;
  /** 60 to 1,209,600; default 345,600 (4 days). */
  readonly retentionSeconds?: number;
  /** 1,024 to 1,048,576; default 1,048,576 (256 KiB until 2025). */
  readonly maximumMessageBytes?: number;
  /** How long a receive waits that does not say it: 0 to 20; default 0. */
  readonly receiveWaitSeconds?: number;
  readonly redrivePolicy?: RedrivePolicy;
  readonly policy?: PolicyDocument;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** 1 to 1,000. A message that has been received so often is moved instead of being received once more. */
  readonly maxReceiveCount: number;
}

export interface QueueConfiguration extends NewQueue {
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
}

export const MAX_VISIBILITY_TIMEOUT_SECONDS = 43_200;
export const MAX_RETENTION_SECONDS = 1_209_600;
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_WAIT_SECONDS = 20;

/** @throws SqsError InvalidParameterValue for the name, InvalidAttributeValue for the rest */
export function configurationOf(queue: NewQueue): QueueConfiguration {
  if (!/^[\w-]{1,80}$/.test(queue.name)) {
    throw new SqsError(
      'InvalidParameterValue',
      `${queue.name} is no name of a standard queue: 1 to 80 letters, digits, hyphens and underscores.`,
    );
  }
  const configuration = {
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    maximumMessageBytes: MAX_MESSAGE_BYTES,
    receiveWaitSeconds: 0,
    ...queue,
  };
  const { visibilityTimeoutSeconds, retentionSeconds, maximumMessageBytes, receiveWaitSeconds } = configuration;
  check('VisibilityTimeout', visibilityTimeoutSeconds, 0, MAX_VISIBILITY_TIMEOUT_SECONDS);
  check('MessageRetentionPeriod', retentionSeconds, 60, MAX_RETENTION_SECONDS);
  check('MaximumMessageSize', maximumMessageBytes, 1024, MAX_MESSAGE_BYTES);
  check('ReceiveMessageWaitTimeSeconds', receiveWaitSeconds, 0, MAX_WAIT_SECONDS);
  if (queue.redrivePolicy) check('maxReceiveCount', queue.redrivePolicy.maxReceiveCount, 1, 1000);
  return configuration;
}

function check(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SqsError('InvalidAttributeValue', `${name} is ${value}; it must be between ${min} and ${max}.`);
}

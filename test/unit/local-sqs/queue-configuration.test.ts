import { expect, test } from 'vitest';
import { configurationOf, type NewQueue } from '../../../local/sqs/queue-configuration.ts';

const redrivePolicy = (maxReceiveCount: number) => ({ redrivePolicy: { deadLetterTargetArn: 'arn', maxReceiveCount } });

test.for([
  ['VisibilityTimeout', { visibilityTimeoutSeconds: 43_201 }],
  ['VisibilityTimeout', { visibilityTimeoutSeconds: 0.5 }],
  ['MessageRetentionPeriod', { retentionSeconds: 59 }],
  ['MessageRetentionPeriod', { retentionSeconds: 1_209_601 }],
  ['MaximumMessageSize', { maximumMessageBytes: 1023 }],
  ['MaximumMessageSize', { maximumMessageBytes: 1_048_577 }],
  ['ReceiveMessageWaitTimeSeconds', { receiveWaitSeconds: 21 }],
  ['maxReceiveCount', redrivePolicy(0)],
] as readonly [string, Partial<NewQueue>][])('%s is refused when out of range: %o', ([name, changes]) => {
  expect(() => configurationOf({ name: 'q', ...changes })).toThrow(new RegExp(`${name} is .*must be between`));
});

test.for(['', 'a.fifo', 'a b', 'a/b', 'x'.repeat(81)])('%j is no name of a standard queue', (name) => {
  expect(() => configurationOf({ name })).toThrow(/no name of a standard queue/);
});

test("what is not said has SQS's default", () => {
  expect(configurationOf({ name: 'failed-events' })).toEqual({
    name: 'failed-events',
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    maximumMessageBytes: 1_048_576,
    receiveWaitSeconds: 0,
  });
});

import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { checkFailedEvents } from '../../../../monitor/destination/check-failed-events.ts';

function check(error?: string) {
  const client = new SQSClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  if (error === undefined) mock.on(ReceiveMessageCommand).resolves({});
  else mock.on(ReceiveMessageCommand).rejects(Object.assign(new Error(error), { name: error }));
  return { mock, found: checkFailedEvents({ client, queueUrl: 'https://sqs/1/failed' }) };
}

describe('the check of the queue of failed events at the start', () => {
  it.each([
    ['AccessDenied', true, 'may not be read'],
    ['AccessDeniedException', true, 'may not be read'],
    ['QueueDoesNotExist', true, 'does not exist'],
    ['AWS.SimpleQueueService.NonExistentQueue', true, 'does not exist'],
    ['InvalidAddress', true, 'is not a queue URL'],
    ['RequestThrottled', false, 'could not be read: RequestThrottled'],
    ['ECONNREFUSED', false, 'could not be read: ECONNREFUSED'],
    ['constructor', false, 'could not be read: constructor'],
  ])('meets %s', async (error, isFatal, what) => {
    expect(await check(error).found).toEqual({
      isFatal,
      why: `queue https://sqs/1/failed ${what} (FAILED_EVENTS_QUEUE_URL)`,
    });
  });

  it('finds nothing wrong with a queue that answers, and hides no message from the others', async () => {
    const { found, mock } = check();
    expect(await found).toBeUndefined();
    expect(mock.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toMatchObject({ VisibilityTimeout: 0 });
  });
});

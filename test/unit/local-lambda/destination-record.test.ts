import { expect, test } from 'vitest';
import { destinationRecord } from '../../../local/lambda/destination-record.ts';
import type { DiscardedEvent } from '../../../local/lambda/event-dispatcher.ts';

const EVENT: DiscardedEvent = {
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
  roleArn: 'arn:aws:iam::000000000000:role/worker',
  requestId: '8ea123e4-1db7-4aca-ad10-d9ca1234c1fd',
  payload: '{"Records":[{"eventName":"ObjectCreated:Put"}]}',
  condition: 'RetriesExhausted',
  approximateInvokeCount: 3,
  enqueuedAt: 0,
  destinationArn: 'arn:aws:sqs:us-east-1:000000000000:failed',
  responsePayload: '{"errorType":"Error","errorMessage":"Success = false, I am failing!","trace":[]}',
};
const NOW = Date.UTC(2019, 10, 24, 21, 52, 47, 333);

test('has the members of the example in the developer guide', () => {
  expect(JSON.parse(destinationRecord(EVENT, NOW))).toEqual({
    version: '1.0',
    timestamp: '2019-11-24T21:52:47.333Z',
    requestContext: {
      requestId: '8ea123e4-1db7-4aca-ad10-d9ca1234c1fd',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:worker:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { Records: [{ eventName: 'ObjectCreated:Put' }] },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'Success = false, I am failing!', trace: [] },
  });
});

test('says nothing of a response when the function never ran', () => {
  const record = destinationRecord({ ...EVENT, condition: 'ZeroReservedConcurrency', responsePayload: undefined }, NOW);
  expect(JSON.parse(record)).not.toHaveProperty('responseContext');
  expect(JSON.parse(record)).not.toHaveProperty('responsePayload');
});

test('carries an answer that is no JSON as text', () => {
  const record = destinationRecord({ ...EVENT, responsePayload: 'panic: {' }, NOW);
  expect(JSON.parse(record)).toMatchObject({ responsePayload: 'panic: {' });
});

import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqs } from '../../../local/sqs/sqs.ts';
import { QUEUE, RunningSqs } from './running-sqs.ts';

let running: RunningSqs;
beforeEach(async () => {
  running = await RunningSqs.start();
});
afterEach(() => running.stop());

const send = (body: string) =>
  running.client.send(new SendMessageCommand({ QueueUrl: running.queueUrl, MessageBody: body }));
const remove = (ReceiptHandle: string | undefined) =>
  running.client.send(new DeleteMessageCommand({ QueueUrl: running.queueUrl, ReceiptHandle }));

test('a message that was answered for is there after an end that nobody announced, and no deleted one is', async () => {
  await send('deleted');
  const [deleted] = await running.receive();
  await remove(deleted?.ReceiptHandle);
  const { MessageId } = await send('kept');
  await running.succeed();
  expect(await running.receive()).toMatchObject([{ MessageId, Body: 'kept' }]);
});

test('a message in flight stays hidden over a restart, and its receipt handle still deletes it', async () => {
  await send('one');
  await send('two');
  const received = await running.receive();
  await running.succeed();
  expect(await running.receive()).toEqual([]);
  await remove(received.find(({ Body }) => Body === 'one')?.ReceiptHandle);
  await running.clock.advance(30_000);
  const again = await running.receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(again).toMatchObject([{ Body: 'two', Attributes: { ApproximateReceiveCount: '2' } }]);
});

test('a moved message is in the dead-letter queue after a restart, once', async () => {
  const dead = { QueueUrl: `${running.front.url}/000000000000/dead` };
  running.sqs.createQueue({ name: 'dead' });
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  running.sqs.createQueue({ name: QUEUE, redrivePolicy: { deadLetterTargetArn, maxReceiveCount: 1 } });
  await send('poison');
  await running.receive({ VisibilityTimeout: 0 });
  await running.receive({ VisibilityTimeout: 0 });
  await running.succeed();
  running.sqs.createQueue({ name: 'dead' });
  expect(await running.receive()).toEqual([]);
  expect(await running.receive({ ...dead, VisibilityTimeout: 0 })).toMatchObject([{ Body: 'poison' }]);
});

test('messages of a queue wait until it is created again', async () => {
  running.sqs.createQueue({ name: 'later' });
  const later = () => running.queueUrl.replace(QUEUE, 'later');
  await running.client.send(new SendMessageCommand({ QueueUrl: later(), MessageBody: 'waits' }));
  await running.succeed();
  await running.succeed();
  await expect(running.receive({ QueueUrl: later() })).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  running.sqs.createQueue({ name: 'later' });
  expect(await running.receive({ QueueUrl: later() })).toMatchObject([{ Body: 'waits' }]);
});

test('messages of a queue that is not created again are kept as long as any queue may keep them', async () => {
  running.sqs.createQueue({ name: 'gone' });
  const gone = running.queueUrl.replace(QUEUE, 'gone');
  await running.client.send(new SendMessageCommand({ QueueUrl: gone, MessageBody: 'x'.repeat(1000) }));
  const limits = { heldBytes: 2000 };
  await running.clock.advance(1_209_599_999);
  await running.succeed({ limits });
  await expect(send('x'.repeat(1000))).rejects.toMatchObject({ name: 'RequestThrottled' });
  await running.clock.advance(1);
  await running.succeed({ limits });
  await send('x'.repeat(1000));
});

test('no queue is created before the state has been read, which would forget its messages', () => {
  const sqs = createSqs({ stateFolder: running.folder, authorize: () => 'allowed' });
  expect(() => sqs.createQueue({ name: QUEUE })).toThrow(/before SQS is started/);
});

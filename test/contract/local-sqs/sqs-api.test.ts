import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import type { SqsOptions } from '../../../local/sqs/sqs.ts';
import { QUEUE, QUEUE_ARN, RunningSqs } from './running-sqs.ts';

let running: RunningSqs;
let QueueUrl: string;

async function start(options: Partial<SqsOptions> = {}): Promise<void> {
  running = await RunningSqs.start(options);
  QueueUrl = running.queueUrl;
}

async function restart(options: Partial<SqsOptions>): Promise<void> {
  await running.stop();
  await start(options);
}

beforeEach(() => start());
afterEach(async () => {
  vi.unstubAllEnvs();
  await running.stop();
});

const send = (MessageBody: string) => running.client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const remove = (ReceiptHandle: string | undefined) =>
  running.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const bodies = async (input = {}) => (await running.receive(input)).map(({ Body }) => Body);

async function attributes(...AttributeNames: QueueAttributeName[]): Promise<Partial<Record<string, string>>> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
  return (await running.client.send(command)).Attributes ?? {};
}

test('a queue that does not exist is refused by the name that the SDK knows', async () => {
  const elsewhere = new SendMessageCommand({ QueueUrl: `${running.front.url}/000000000000/nobody`, MessageBody: 'x' });
  await expect(running.client.send(elsewhere)).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    $metadata: { httpStatusCode: 400 },
  });
});

test.for([
  ['of another account', 'http://sqs/111111111111/failed-events'],
  ['without a path', 'failed-events'],
  ['that is empty', ''],
] as const)('a queue URL %s names no queue', async ([, url]) => {
  const call = new ReceiveMessageCommand({ QueueUrl: url });
  await expect(running.client.send(call)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test.for([
  ['SendMessage', new SendMessageCommand({ QueueUrl: '', MessageBody: 'x' })],
  ['ReceiveMessage', new ReceiveMessageCommand({ QueueUrl: '' })],
  ['DeleteMessage', new DeleteMessageCommand({ QueueUrl: '', ReceiptHandle: 'x' })],
  [
    'ChangeMessageVisibility',
    new ChangeMessageVisibilityCommand({ QueueUrl: '', ReceiptHandle: 'x', VisibilityTimeout: 1 }),
  ],
  ['GetQueueAttributes', new GetQueueAttributesCommand({ QueueUrl: '' })],
  ['GetQueueUrl', new GetQueueUrlCommand({ QueueName: QUEUE })],
] as const)('a role needs sqs:%s, and nothing else, to call it', async ([action, command]) => {
  Object.assign(command.input, 'QueueUrl' in command.input ? { QueueUrl } : {});
  const statement = { Effect: 'Allow' as const, Resource: QUEUE_ARN };
  const others = [
    'SendMessage',
    'ReceiveMessage',
    'DeleteMessage',
    'ChangeMessageVisibility',
    'GetQueueAttributes',
    'GetQueueUrl',
  ];
  const stranger = running.clientOf('stranger', {
    Statement: [{ ...statement, Action: others.filter((other) => other !== action).map((other) => `sqs:${other}`) }],
  });
  const denied: unknown = await stranger.send(command as never).catch((error: unknown) => error);
  expect(denied).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  const friend = running.clientOf('friend', { Statement: [{ ...statement, Action: `sqs:${action}` }] });
  const answer: unknown = await friend.send(command as never).catch((error: unknown) => error);
  expect(answer).not.toMatchObject({ name: 'AccessDenied' });
});

test('deleting a batch needs the permission to delete', async () => {
  const deleter = running.clientOf('deleter', {
    Statement: [{ Effect: 'Allow', Action: 'sqs:DeleteMessage', Resource: QUEUE_ARN }],
  });
  await deleter.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: 'x' }] }));
});

test("a deny in the queue's policy holds for everybody", async () => {
  running.sqs.createQueue({
    name: QUEUE,
    policy: { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: QUEUE_ARN }] },
  });
  await expect(send('x')).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(running.sqs.sink.send(QUEUE_ARN, 'x', running.identities.principalOf(ROOT_CREDENTIALS.accessKeyId)!)).toBe(
    'AccessDenied',
  );
});

test('an operation or a parameter that is not there is NotImplemented, by its name', async () => {
  const refusal = (name: string) => ({ name: 'NotImplemented', message: expect.stringContaining(name) as string });
  const { client } = running;
  await expect(client.send(new CreateQueueCommand({ QueueName: 'mine' }))).rejects.toMatchObject(
    refusal('CreateQueue'),
  );
  await expect(
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 5 })),
  ).rejects.toMatchObject(refusal('DelaySeconds'));
  await expect(attributes('FifoQueue')).rejects.toMatchObject(refusal('FifoQueue'));
  await expect(running.receive({ MessageSystemAttributeNames: ['SenderId'] })).rejects.toMatchObject(
    refusal('SenderId'),
  );
});

test.for([
  ['an empty body', '', 'MissingParameter'],
  ['a body of more than 1 MiB', 'x'.repeat(1_048_577), 'InvalidParameterValue'],
  ['a body of more than 1 MiB in UTF-8', 'é'.repeat(524_289), 'InvalidParameterValue'],
  ['a control character', 'a\u0000b', 'InvalidMessageContents'],
] as const)('%s is refused', async ([, body, name]) => {
  await expect(send(body)).rejects.toMatchObject({ name });
  expect(await bodies()).toEqual([]);
});

test('a body of exactly 1 MiB arrives as it was sent, with the checksum that the SDK verifies', async () => {
  const body = `"é\u{1F600}\n${'x'.repeat(1_048_576 - 8)}`;
  expect(Buffer.byteLength(body)).toBe(1_048_576);
  const { MessageId } = await send(body);
  expect(await running.receive()).toMatchObject([{ MessageId, Body: body }]);
});

test('a receipt handle that no receive answered is refused', async () => {
  await expect(remove('made-up')).rejects.toMatchObject({
    name: 'ReceiptHandleIsInvalid',
    $metadata: { httpStatusCode: 404 },
  });
});

test.for([
  ['MaxNumberOfMessages', 0],
  ['MaxNumberOfMessages', 11],
  ['WaitTimeSeconds', 21],
  ['VisibilityTimeout', 43_201],
] as const)('%s cannot be %i', async ([name, value]) => {
  await expect(running.receive({ [name]: value })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining(name) as string,
  });
});

test('a received message is hidden, and is there again when its visibility timeout is over', async () => {
  const { MessageId } = await send('again');
  const asked = { MessageSystemAttributeNames: ['All' as const] };
  const [first] = await running.receive(asked);
  const sentAt = String(running.clock.now());
  expect(first).toMatchObject({
    MessageId,
    Attributes: { ApproximateReceiveCount: '1', SentTimestamp: sentAt, ApproximateFirstReceiveTimestamp: sentAt },
  });
  await running.clock.advance(29_999);
  expect(await running.receive()).toEqual([]);
  await running.clock.advance(1);
  const [second] = await running.receive(asked);
  expect(second).toMatchObject({
    MessageId,
    Attributes: { ApproximateReceiveCount: '2', SentTimestamp: sentAt, ApproximateFirstReceiveTimestamp: sentAt },
  });
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
});

test('only the newest receipt handle deletes; an older one succeeds and does nothing', async () => {
  await send('kept');
  const [first] = await running.receive({ VisibilityTimeout: 0 });
  const [second] = await running.receive({ VisibilityTimeout: 0 });
  await remove(first?.ReceiptHandle);
  expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['kept']);
  await remove(second?.ReceiptHandle);
  const [third] = await running.receive({ VisibilityTimeout: 0 });
  expect(third?.Body).toBe('kept');
  await remove(third?.ReceiptHandle);
  await remove(third?.ReceiptHandle);
  expect(await bodies()).toEqual([]);
});

test('the visibility of a message in flight can be shortened and lengthened', async () => {
  await send('x');
  const [message] = await running.receive();
  const change = (VisibilityTimeout: number, ReceiptHandle = message?.ReceiptHandle) =>
    running.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  await change(60);
  await running.clock.advance(59_999);
  expect(await bodies()).toEqual([]);
  await change(0);
  const [again] = await running.receive();
  expect(again?.Body).toBe('x');
  await expect(change(10)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await remove(again?.ReceiptHandle);
  await expect(change(10, again?.ReceiptHandle)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a batch deletes what it can and says what it could not', async () => {
  await send('one');
  await send('two');
  const received = await running.receive();
  const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: `m${String(index)}`, ReceiptHandle }));
  const answer = await running.client.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: [...Entries, { Id: 'bad', ReceiptHandle: 'made-up' }] }),
  );
  expect(answer.Successful).toEqual([{ Id: 'm0' }, { Id: 'm1' }]);
  expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
  await running.clock.advance(30_000);
  expect(await bodies()).toEqual([]);
});

test.for([
  ['EmptyBatchRequest', []],
  ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, n) => `m${String(n)}`)],
  ['BatchEntryIdsNotDistinct', ['a', 'a']],
  ['InvalidBatchEntryId', ['a b']],
] as const)('a malformed batch fails as a whole: %s', async ([name, ids]) => {
  const Entries = ids.map((Id) => ({ Id, ReceiptHandle: 'x' }));
  const batch = new DeleteMessageBatchCommand({ QueueUrl, Entries });
  await expect(running.client.send(batch)).rejects.toMatchObject({ name });
});

test('at most as many messages are received as were asked for', async () => {
  for (let n = 0; n < 12; n += 1) await send(String(n));
  expect(await bodies({ MaxNumberOfMessages: undefined })).toHaveLength(1);
  expect(await bodies({ MaxNumberOfMessages: 10 })).toHaveLength(10);
  expect(await bodies({ MaxNumberOfMessages: 10 })).toHaveLength(1);
});

test('a short poll beyond the messages in flight is over the limit, a long poll waits for one to be deleted', async () => {
  await restart({ limits: { inFlightPerQueue: 2 } });
  for (const body of ['one', 'two', 'three']) await send(body);
  const [message] = await running.receive();
  await expect(running.receive()).rejects.toMatchObject({ name: 'OverLimit' });
  const poll = bodies({ WaitTimeSeconds: 20 });
  await running.clock.untilSleeping();
  await remove(message?.ReceiptHandle);
  expect(await poll).toEqual(['three']);
});

test('messages beyond the bytes that are held are throttled, until one is deleted', async () => {
  await restart({ limits: { heldBytes: 2000 } });
  await send('x'.repeat(1000));
  await expect(send('x'.repeat(1000))).rejects.toMatchObject({ name: 'RequestThrottled' });
  const [message] = await running.receive();
  await remove(message?.ReceiptHandle);
  await send('x'.repeat(1000));
});

test('messages that have outlived their retention make room', async () => {
  await restart({ limits: { heldBytes: 2000 } });
  await send('x'.repeat(1000));
  await running.clock.advance(345_600_000);
  await send('y'.repeat(1000));
});

test('a message is dropped when it is older than the queue keeps it, in flight or not', async () => {
  running.sqs.createQueue({ name: QUEUE, retentionSeconds: 60 });
  await send('old');
  await running.receive();
  await send('old, too');
  await running.clock.advance(59_999);
  expect(await bodies({ VisibilityTimeout: 0 })).toHaveLength(2);
  await send('new');
  await running.clock.advance(1);
  expect(await bodies()).toEqual(['new']);
});

test('a message that is older than the queue keeps it is not counted, and cannot be hidden any longer', async () => {
  running.sqs.createQueue({ name: QUEUE, retentionSeconds: 60 });
  const { client } = running;
  await send('older');
  await running.clock.advance(1);
  await send('in flight');
  const received = await running.receive({ VisibilityTimeout: 3600 });
  await running.clock.advance(59_999);
  const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  expect(await attributes(...counts)).toEqual({ [counts[0]]: '0', [counts[1]]: '1' });
  await running.clock.advance(1);
  const ReceiptHandle = received.find(({ Body }) => Body === 'in flight')?.ReceiptHandle;
  const longer = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 3600 });
  await expect(client.send(longer)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a duplicated message is received twice under one id, and each copy has to be deleted', async () => {
  await restart({ isDuplicated: () => true });
  const { MessageId } = await send('twice');
  const copies = await running.receive();
  expect(copies.map((copy) => [copy.MessageId, copy.Body])).toEqual([
    [MessageId, 'twice'],
    [MessageId, 'twice'],
  ]);
  await remove(copies[0]?.ReceiptHandle);
  await running.clock.advance(30_000);
  const [left] = await running.receive();
  await remove(left?.ReceiptHandle);
  await running.clock.advance(30_000);
  expect(await bodies()).toEqual([]);
});

test('a message that was received too often goes to the dead-letter queue, with its age and count', async () => {
  const dead = { QueueUrl: `${running.front.url}/000000000000/dead` };
  running.sqs.createQueue({ name: 'dead' });
  const redrivePolicy = { deadLetterTargetArn: QUEUE_ARN.replace(QUEUE, 'dead'), maxReceiveCount: 2 };
  running.sqs.createQueue({ name: QUEUE, redrivePolicy });
  const { MessageId } = await send('poison');
  const SentTimestamp = String(running.clock.now());
  await running.receive({ VisibilityTimeout: 5 });
  await running.clock.advance(5000);
  await running.receive({ VisibilityTimeout: 5 });
  expect(await bodies(dead)).toEqual([]);
  await running.clock.advance(5000);
  const poll = running.receive({ ...dead, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] });
  await running.clock.untilSleeping();
  expect(await bodies()).toEqual([]);
  expect(await poll).toMatchObject([{ MessageId, Attributes: { ApproximateReceiveCount: '3', SentTimestamp } }]);
});

test('a dead-letter queue must exist, and be another queue', () => {
  const create = (name: string) => () =>
    running.sqs.createQueue({
      name: QUEUE,
      redrivePolicy: { deadLetterTargetArn: QUEUE_ARN.replace(QUEUE, name), maxReceiveCount: 1 },
    });
  expect(create('nobody')).toThrow(/nobody, does not exist/);
  expect(create(QUEUE)).toThrow(/its own dead-letter queue/);
});

test('the attributes say what the queue was created with and what it holds', async () => {
  running.sqs.createQueue({ name: 'dead' });
  const redrivePolicy = { deadLetterTargetArn: QUEUE_ARN.replace(QUEUE, 'dead'), maxReceiveCount: 3 };
  running.sqs.createQueue({ name: QUEUE, visibilityTimeoutSeconds: 90, retentionSeconds: 1_209_600, redrivePolicy });
  await send('one');
  await send('two');
  await running.receive({ MaxNumberOfMessages: 1 });
  expect(await attributes()).toEqual({});
  expect(await attributes('QueueArn')).toEqual({ QueueArn: QUEUE_ARN });
  expect(await attributes('All')).toEqual({
    QueueArn: QUEUE_ARN,
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '0',
    DelaySeconds: '0',
    VisibilityTimeout: '90',
    MessageRetentionPeriod: '1209600',
    MaximumMessageSize: '1048576',
    ReceiveMessageWaitTimeSeconds: '0',
    RedrivePolicy: JSON.stringify(redrivePolicy),
  });
});

test("a queue's URL is the endpoint's, and is understood whatever host it names", async () => {
  const url = await running.client.send(new GetQueueUrlCommand({ QueueName: QUEUE }));
  expect(url.QueueUrl).toBe(`${running.front.url}/000000000000/${QUEUE}`);
  const foreign = 'https://sqs.us-east-1.amazonaws.com/000000000000/failed-events';
  await running.client.send(new SendMessageCommand({ QueueUrl: foreign, MessageBody: 'x' }));
  expect(await bodies({ QueueUrl: foreign })).toEqual(['x']);
  const missing = new GetQueueUrlCommand({ QueueName: 'nobody' });
  await expect(running.client.send(missing)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('a client that has its endpoint from the environment reaches the queue by the URL it is told', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', running.front.url);
  const client = new SQSClient({ region: 'us-east-1', credentials: ROOT_CREDENTIALS });
  const { QueueUrl: told } = await client.send(new GetQueueUrlCommand({ QueueName: QUEUE }));
  await client.send(new SendMessageCommand({ QueueUrl: told, MessageBody: 'x' }));
  client.destroy();
  expect(await bodies()).toEqual(['x']);
});

test('another service sends as a principal of its own, and is told why nothing was sent', () => {
  const { sink } = running.sqs;
  const arn = 'arn:aws:iam::000000000000:role/function';
  const policies = [{ Statement: [{ Effect: 'Allow' as const, Action: 'sqs:SendMessage', Resource: '*' }] }];
  const sender = { arn, policies, isRoot: false };
  expect(sink.send(QUEUE_ARN, 'x', sender)).toBe('sent');
  expect(sink.send(QUEUE_ARN, 'x', { ...sender, policies: [] })).toBe('AccessDenied');
  expect(sink.send(QUEUE_ARN.replace(QUEUE, 'nobody'), 'x', sender)).toBe('AWS.SimpleQueueService.NonExistentQueue');
  expect(sink.send(QUEUE_ARN.replace('us-east-1', 'eu-west-1'), 'x', sender)).toBe(
    'AWS.SimpleQueueService.NonExistentQueue',
  );
  expect(sink.send(QUEUE_ARN, 'x'.repeat(1_048_577), sender)).toBe('InvalidParameterValue');
});

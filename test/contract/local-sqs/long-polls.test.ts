import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUEUE, RunningSqs } from './running-sqs.ts';

let running: RunningSqs;
beforeEach(async () => {
  running = await RunningSqs.start({ limits: { longPolls: 2 } });
});
afterEach(() => running.stop());

const send = (body: string) =>
  running.client.send(new SendMessageCommand({ QueueUrl: running.queueUrl, MessageBody: body }));
const poll = async (input = {}) => (await running.receive({ WaitTimeSeconds: 20, ...input })).map(({ Body }) => Body);

test('a poll that waits is answered with nothing when the service is about to end, and none waits any more', async () => {
  const waiting = poll();
  await running.clock.untilSleeping();
  running.sqs.endLongPolls();
  expect(await waiting).toEqual([]);
  expect(await poll()).toEqual([]);
});

test('a poll beyond as many as may wait is answered at once', async () => {
  const waiting = [poll(), poll()];
  await running.clock.untilSleeping(2);
  expect(await poll()).toEqual([]);
  await running.clock.advance(20_000);
  expect(await Promise.all(waiting)).toEqual([[], []]);
});

test('a poll that waits is answered when its time is over', async () => {
  const waiting = poll({ WaitTimeSeconds: 7 });
  await running.clock.untilSleeping();
  await running.clock.advance(6_999);
  expect(running.clock.sleeping).toBe(1);
  await running.clock.advance(1);
  expect(await waiting).toEqual([]);
});

test('a message ends one poll that waits for its queue; the others go on waiting, for theirs and for their time', async () => {
  running.sqs.createQueue({ name: 'other' });
  const other = poll({ QueueUrl: running.queueUrl.replace(QUEUE, 'other') });
  await running.clock.untilSleeping(1);
  const waiting = poll();
  await running.clock.untilSleeping(2);
  await send('here');
  expect(await waiting).toEqual(['here']);
  expect(running.clock.sleeping).toBe(1);
  await running.clock.advance(20_000);
  expect(await other).toEqual([]);
});

test('of two polls that wait for one message, one gets it and the other waits on', async () => {
  const answers: (readonly (string | undefined)[])[] = [];
  const waiting = [poll(), poll()].map((each) => each.then((answer) => answers.push(answer)));
  await running.clock.untilSleeping(2);
  await send('here');
  await Promise.race(waiting);
  expect(answers).toEqual([['here']]);
  await running.clock.untilSleeping(1);
  await running.clock.advance(20_000);
  await Promise.all(waiting);
  expect(answers).toEqual([['here'], []]);
});

test('a message that becomes visible again ends a poll', async () => {
  await send('again');
  await poll({ VisibilityTimeout: 5 });
  const waiting = poll();
  await running.clock.untilSleeping();
  await running.clock.advance(5000);
  expect(await waiting).toEqual(['again']);
});

test('a message that is given back ends a poll', async () => {
  await send('again');
  const [message] = await running.receive();
  const waiting = poll();
  await running.clock.untilSleeping();
  const { queueUrl: QueueUrl, client } = running;
  const ReceiptHandle = message?.ReceiptHandle;
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  expect(await waiting).toEqual(['again']);
});

test('a queue may say how long a receive waits that does not say it', async () => {
  running.sqs.createQueue({ name: QUEUE, receiveWaitSeconds: 3 });
  const waiting = poll({ WaitTimeSeconds: undefined });
  await running.clock.untilSleeping();
  await running.clock.advance(3000);
  expect(await waiting).toEqual([]);
});

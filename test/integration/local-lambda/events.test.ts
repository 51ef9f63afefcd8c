import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DiscardedEvent } from '../../../local/lambda/event-dispatcher.ts';
import { eventually, LambdaFixture } from './lambda-fixture.ts';

let fixture: LambdaFixture;
let discarded: DiscardedEvent[];
beforeEach(() => {
  discarded = [];
  fixture = new LambdaFixture({ limits: { retryDelaysMs: [5, 10] }, onDiscarded: (event) => discarded.push(event) });
});
afterEach(() => fixture.remove());

const ECHO = `exports.handler = async (event) => { console.log('got', event.n); };`;

function count(text: string): number {
  return fixture.messages().filter((message) => message.includes(text)).length;
}

test('invokes a function once for each event', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(ECHO);
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => fixture.lambda.events.enqueue(arn, { n })));
  await eventually(() => fixture.lambda.pendingInvocations() === 0);
  for (const id of ids) expect(count(`START RequestId: ${id} `)).toBe(1);
  for (let n = 0; n < 20; n += 1) expect(count(`\tgot ${String(n)}\n`)).toBe(1);
});

test('tries a failing event again under the same request id, as often as its function allows', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(`exports.handler = async () => { throw new Error('always'); };`, {
    maximumRetryAttempts: 2,
  });
  const id = await fixture.lambda.events.enqueue(arn, { n: 1 });
  await eventually(() => discarded.length === 1);
  expect(count(`START RequestId: ${id} `)).toBe(3);
  expect(discarded[0]).toMatchObject({
    requestId: id,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
    payload: '{"n":1}',
    responsePayload: expect.stringContaining('always') as string,
  });
});

test('gives up events at once, without a log line, when the reserved concurrency is 0', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(ECHO, { reservedConcurrency: 0, maximumRetryAttempts: 2 });
  const id = await fixture.lambda.events.enqueue(arn, {});
  expect(discarded).toMatchObject([{ requestId: id, condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 }]);
  expect(fixture.lines).toEqual([]);
});

test('gives up waiting events when the reserved concurrency is set to 0', async () => {
  await fixture.lambda.start();
  const gate = join(fixture.stateFolder, 'gate');
  const arn = await fixture.createFunction(
    `const { existsSync } = require('node:fs');
     exports.handler = async () => { console.log('inside'); while (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 5)); };`,
    { reservedConcurrency: 1 },
  );
  await fixture.lambda.events.enqueue(arn, { n: 1 });
  const second = await fixture.lambda.events.enqueue(arn, { n: 2 });
  await eventually(() => count('inside') === 1);
  await fixture.call('PUT', '/2017-10-31/functions/function-1/concurrency', { ReservedConcurrentExecutions: 0 });
  expect(discarded.map((event) => event.requestId)).toEqual([second]);
  writeFileSync(gate, '');
  await eventually(() => fixture.lambda.pendingInvocations() === 0);
});

test('drops and counts the events of an S3 that has no permission to invoke', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(ECHO);
  await fixture.call('DELETE', '/2015-03-31/functions/function-1/policy/s3');
  await fixture.lambda.events.enqueue(arn, { n: 1 });
  expect(fixture.lambda.droppedEvents()).toBe(1);
  expect(fixture.lambda.pendingInvocations()).toBe(0);
  expect(discarded).toEqual([]);
});

test('lets a permission for one bucket invoke for that bucket only', async () => {
  await fixture.lambda.start();
  const arn = await fixture.createFunction(ECHO, { reservedConcurrency: 0 });
  await fixture.call('DELETE', '/2015-03-31/functions/function-1/policy/s3');
  fixture.lambda.addPermission('function-1', {
    statementId: 'one-bucket',
    action: 'lambda:InvokeFunction',
    principal: 's3.amazonaws.com',
    sourceArn: 'arn:aws:s3:::orders',
    sourceAccount: '000000000000',
  });
  const from = (bucket: string) => ({ Records: [{ s3: { bucket: { arn: `arn:aws:s3:::${bucket}` } } }] });
  await fixture.lambda.events.enqueue(arn, from('orders'));
  await fixture.lambda.events.enqueue(arn, from('other'));
  expect(discarded).toHaveLength(1);
  expect(fixture.lambda.droppedEvents()).toBe(1);
});

test.for(['before', 'after'] as const)(
  'delivers an event again, with its id, when a run was closed in the middle of it and its function is made %s the start',
  async (when) => {
    await fixture.lambda.start();
    const marker = join(fixture.stateFolder, 'second-run');
    const code = `const { existsSync } = require('node:fs');
      exports.handler = async () => { console.log('inside'); if (!existsSync(${JSON.stringify(marker)})) for (;;); };`;
    const create = () => fixture.createFunction(code, { name: 'survivor', timeoutSeconds: 600 });
    const id = await fixture.lambda.events.enqueue(await create(), { n: 1 });
    await eventually(() => count('inside') === 1);
    await fixture.lambda.close();
    writeFileSync(marker, '');

    fixture.create();
    if (when === 'before') await create();
    await fixture.lambda.start();
    if (when === 'after') await create();

    await eventually(() => count(`END RequestId: ${id}`) === 1);
    expect(count(`START RequestId: ${id} `)).toBe(2);
  },
);

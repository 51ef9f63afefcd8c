import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GOOD_WEATHER } from '../../../local/conditions.ts';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../local/local-aws.ts';
import { FAILED_EVENTS } from '../../unit/local-cloudformation/failed-events.ts';
import { Clients } from './clients.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

let root: string;
let assemblyFolder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'destination-'));
  assemblyFolder = join(root, 'assembly');
  await writeFixtureAssembly(assemblyFolder, { Resources: FAILED_EVENTS });
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Running {
  readonly aws: LocalAws;
  readonly clients: Clients;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

let stateFolder: string;
let started: Running[];
beforeEach(async () => {
  stateFolder = await mkdtemp(join(root, 'state-'));
  started = [];
});
afterEach(async () => {
  for (const running of started) await stop(running);
});

async function start(options: Partial<LocalAwsOptions> = {}): Promise<Running> {
  const aws = await startLocalAws({ assemblyFolder, stateFolder, fsync: false, ...options });
  const clients = new Clients(aws);
  // As a program does that is told the endpoint by its environment, and the queue's URL by the stack.
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  const sqs = new SQSClient({ region: aws.region, credentials: aws.credentials, useQueueUrlAsEndpoint: false });
  const list = await clients.cloudFormation.send(new ListStackResourcesCommand({ StackName: 'demo' }));
  const queue = list.StackResourceSummaries?.find(({ LogicalResourceId }) => LogicalResourceId === 'Failed');
  const running = { aws, clients, sqs, queueUrl: queue?.PhysicalResourceId ?? '' };
  started.push(running);
  return running;
}

async function stop({ aws, clients, sqs }: Running): Promise<void> {
  vi.unstubAllEnvs();
  sqs.destroy();
  clients.close();
  await aws.stop();
}

async function put({ clients }: Running, key: string, body: string): Promise<void> {
  const { inbox } = await clients.names();
  await clients.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: body }));
}

async function receive({ sqs, queueUrl }: Running, waitSeconds = 20): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: 0,
  });
  return (await sqs.send(command)).Messages ?? [];
}

function bodyOf(message: Message | undefined): object {
  return JSON.parse(message?.Body ?? 'null') as object;
}

describe('the on-failure destination of a function', () => {
  it('is told of an event that the function failed, with the event and the error, under its request id', async () => {
    const running = await start();
    await put(running, 'in/poison.json', 'poison');
    const [message, ...others] = await receive(running);
    expect(others).toEqual([]);
    const { worker, inbox, logGroup } = await running.clients.names();
    expect(bodyOf(message)).toMatchObject({
      version: '1.0',
      requestContext: {
        functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${worker}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { Records: [{ s3: { bucket: { name: inbox }, object: { key: 'in/poison.json' } } }] },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'poisoned' },
    });
    const { requestContext } = bodyOf(message) as { requestContext: { requestId: string } };
    await vi.waitFor(async () => {
      expect((await running.clients.lines(logGroup)).join('\n')).toContain(
        `END RequestId: ${requestContext.requestId}`,
      );
    });
  });

  it('is told at once of an event of a function with no concurrency, which leaves no log line', async () => {
    const running = await start();
    const { worker, logGroup } = await running.clients.names();
    await running.clients.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: worker, ReservedConcurrentExecutions: 0 }),
    );
    await put(running, 'in/any.json', 'allowed/any');
    const [message] = await receive(running);
    expect(bodyOf(message)).toMatchObject({
      requestContext: { condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 },
      requestPayload: { Records: [{ s3: { object: { key: 'in/any.json' } } }] },
    });
    expect(bodyOf(message)).not.toHaveProperty('responseContext');
    expect(await running.clients.lines(logGroup)).toEqual([]);
  });

  it('is told nothing of an event that succeeded', async () => {
    const running = await start();
    await put(running, 'in/good.json', 'allowed/copy');
    await put(running, 'in/poison.json', 'poison');
    expect((await receive(running)).map((message) => bodyOf(message))).toMatchObject([
      { requestPayload: { Records: [{ s3: { object: { key: 'in/poison.json' } } }] } },
    ]);
  });

  it('is told once and is asked for it until it is deleted, over a restart too', async () => {
    const first = await start();
    await put(first, 'in/poison.json', 'poison');
    const [told] = await receive(first);
    await stop(first);
    const second = await start();
    const [again] = await receive(second, 0);
    expect(again?.MessageId).toBe(told?.MessageId);
    const deletion = new DeleteMessageCommand({ QueueUrl: second.queueUrl, ReceiptHandle: again?.ReceiptHandle });
    await second.sqs.send(deletion);
    expect(await receive(second, 0)).toEqual([]);
  });

  it('is told twice, under one message id, when queues repeat messages', async () => {
    const running = await start({ conditions: { ...GOOD_WEATHER, queueDuplicates: 1 } });
    await put(running, 'in/poison.json', 'poison');
    await vi.waitFor(async () => {
      const messages = await receive(running, 0);
      expect(messages).toHaveLength(2);
      expect(new Set(messages.map(({ MessageId }) => MessageId)).size).toBe(1);
    });
  });

  it('lets the local AWS end while a receive waits', async () => {
    const running = await start();
    const waiting = receive(running);
    // Answered after the first has come to wait.
    for (let n = 0; n < 3; n += 1) await receive(running, 0);
    await running.aws.stop();
    expect(await waiting).toEqual([]);
  });
});

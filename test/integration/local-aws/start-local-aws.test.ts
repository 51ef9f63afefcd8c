import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { instanceEnvironment } from '../../../laptop/instance-environment.ts';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../local/local-aws.ts';
import { Clients } from './clients.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const SOON = { timeout: 15_000, interval: 25 };

let root: string;
let assemblyFolder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'local-aws-'));
  assemblyFolder = join(root, 'assembly');
  await writeFixtureAssembly(assemblyFolder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

let stateFolder: string;
let running: { aws: LocalAws; clients: Clients }[];
beforeEach(async () => {
  stateFolder = await mkdtemp(join(root, 'state-'));
  running = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const { aws, clients } of running) {
    clients.close();
    await aws.stop();
  }
});

async function start(options: Partial<LocalAwsOptions> = {}): Promise<{ aws: LocalAws; clients: Clients }> {
  const aws = await startLocalAws({ assemblyFolder, stateFolder, fsync: false, ...options });
  const started = { aws, clients: new Clients(aws) };
  running.push(started);
  return started;
}

/** A client as a program on the instance makes it: it finds its credentials by itself. */
function onInstance({ url, region, instanceMetadataUrl = 'none' }: LocalAws): { s3: S3Client; close: () => void } {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  const variables = instanceEnvironment({ aws: url, metadata: instanceMetadataUrl });
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const s3 = new S3Client({ endpoint: url, region });
  return { s3, close: () => s3.destroy() };
}

async function put(clients: Clients, key: string, body: string): Promise<void> {
  const { inbox } = await clients.names();
  await clients.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: body }));
}

describe('the local AWS does not start', () => {
  it('with a template that it cannot honour, and frees the folder for one that it can', async () => {
    const other = join(root, 'not-honoured');
    await writeFixtureAssembly(other, { Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } });
    await expect(startLocalAws({ assemblyFolder: other, stateFolder })).rejects.toThrow('Table: resource type');
    await start();
  });

  it('on a port that is taken, and leaves nothing behind', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await expect(startLocalAws({ assemblyFolder, stateFolder, port })).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => server.close(resolve));
    await start();
  });
});

describe('a stack on the local AWS', () => {
  it('runs its function for an object that is put, which sees only what its role allows', async () => {
    const { clients } = await start();
    const { outbox, logGroup } = await clients.names();
    await put(clients, 'in/denied.json', 'elsewhere/copy');
    await put(clients, 'in/good.json', 'allowed/copy');
    await vi.waitFor(async () => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: outbox, Key: 'allowed/copy' }));
      expect(await Body?.transformToString()).toBe('seen');
    }, SOON);
    await vi.waitFor(async () => {
      const lines = (await clients.lines(logGroup)).join('\n');
      expect(lines).toContain('{"received":"in/good.json"}');
      expect(lines).toMatch(/ERROR\tInvoke Error \t\{"errorType":"AccessDenied"/);
      expect(lines.match(/^REPORT RequestId: /gm)).toHaveLength(2);
    }, SOON);
    await expect(
      clients.s3.send(new HeadObjectCommand({ Bucket: outbox, Key: 'elsewhere/copy' })),
    ).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('does not run its function for a key that the notification does not name', async () => {
    const { clients } = await start();
    const { logGroup } = await clients.names();
    await put(clients, 'in/other.txt', 'allowed/other');
    await put(clients, 'out/other.json', 'allowed/other');
    await put(clients, 'in/poison.json', 'poison');
    await vi.waitFor(async () => {
      expect((await clients.lines(logGroup)).join()).toContain('poisoned');
    }, SOON);
    const received = (await clients.lines(logGroup)).filter((line) => line.includes('"received"'));
    expect(received).toHaveLength(1);
  });

  it('keeps its objects and its log over a restart, and has its functions as the template says again', async () => {
    const first = await start();
    const { inbox, logGroup, worker } = await first.clients.names();
    await put(first.clients, 'in/poison.json', 'poison');
    await vi.waitFor(async () => {
      expect((await first.clients.lines(logGroup)).join()).toContain('REPORT');
    }, SOON);
    const change = new UpdateFunctionConfigurationCommand({ FunctionName: worker, Environment: { Variables: {} } });
    await first.clients.lambda.send(change);
    first.clients.close();
    await first.aws.stop();

    const { clients } = await start();
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: inbox, Key: 'in/poison.json' }));
    expect(await Body?.transformToString()).toBe('poison');
    expect((await clients.lines(logGroup)).join()).toContain('poisoned');
    const configuration = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: worker }));
    expect(configuration.Environment?.Variables).toHaveProperty('OUTBOX');
  });

  it('gets the code of the assembly back from the bucket and key in its template', async () => {
    const { clients } = await start();
    const { worker } = await clients.names();
    const original = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: worker }));
    const asset = { S3Bucket: 'assets-000000000000-us-east-1', S3Key: 'worker.zip' };
    const restored = await clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: worker, ...asset }));
    expect(restored.CodeSha256).toBe(original.CodeSha256);
  });

  it('lets a program on its instance do what the role of the instance may do, and nothing else', async () => {
    const { aws, clients } = await start();
    const { outbox } = await clients.names();
    await clients.s3.send(new PutObjectCommand({ Bucket: outbox, Key: 'any', Body: 'seen' }));
    const { s3, close } = onInstance(aws);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outbox, Key: 'any' }));
    expect(await Body?.transformToString()).toBe('seen');
    const write = s3.send(new PutObjectCommand({ Bucket: outbox, Key: 'any', Body: 'changed' }));
    await expect(write).rejects.toMatchObject({ name: 'AccessDenied' });
    close();
  });

  it('has every call that was answered on record once it has stopped, if that is wanted', async () => {
    const requestRecordFile = join(root, 'requests.jsonl');
    const { aws, clients } = await start({ requestRecordFile });
    const { inbox } = await clients.names();
    const { s3, close } = onInstance(aws);
    await expect(s3.send(new GetObjectCommand({ Bucket: inbox, Key: 'any' }))).rejects.toThrow();
    close();
    await aws.stop();
    const lines = (await readFile(requestRecordFile, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ service: 'cloudformation', operation: 'DescribeStacks', status: 200, target: '/' }),
      {
        at: expect.any(Number) as number,
        service: 's3',
        operation: 'GetObject',
        status: 403,
        principalArn: expect.stringContaining(':role/demo-ReaderRole-') as string,
        target: `/${inbox}/any?x-id=GetObject`,
      },
    ]);
  });

  it('has every decision about access on record once it has stopped, if that is wanted', async () => {
    const accessRecordFile = join(root, 'access.jsonl');
    const { aws, clients } = await start({ accessRecordFile });
    const { inbox } = await clients.names();
    const { s3, close } = onInstance(aws);
    await expect(s3.send(new GetObjectCommand({ Bucket: inbox, Key: 'any' }))).rejects.toThrow();
    close();
    await aws.stop();
    const lines = (await readFile(accessRecordFile, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      {
        at: expect.any(Number) as number,
        principalArn: 'arn:aws:iam::000000000000:root',
        action: 'cloudformation:DescribeStacks',
        resource: expect.stringContaining(':stack/demo/') as string,
        verdict: 'allowed',
      },
      {
        at: expect.any(Number) as number,
        principalArn: expect.stringContaining(':role/demo-ReaderRole-') as string,
        action: 's3:GetObject',
        resource: `arn:aws:s3:::${inbox}/any`,
        verdict: 'denied',
      },
    ]);
  });

  it('lists every resource of the template', async () => {
    const { clients } = await start();
    const { worker } = await clients.names();
    const list = await clients.cloudFormation.send(new ListStackResourcesCommand({ StackName: 'demo' }));
    expect(list.StackResourceSummaries).toContainEqual(
      expect.objectContaining({ LogicalResourceId: 'Worker', PhysicalResourceId: worker }),
    );
  });
});

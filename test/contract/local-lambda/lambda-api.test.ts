import {
  AddPermissionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  paginateListFunctions,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpFront, type HttpFront } from '../../../local/http/front.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import { eventually, LambdaFixture, ROLE_ARN } from '../../integration/local-lambda/lambda-fixture.ts';

const identities = createIdentities();
const logPolicy = { Effect: 'Allow' as const, Action: 'logs:*', Resource: '*' };
identities.putRole({ arn: ROLE_ARN, policies: [{ Version: '2012-10-17', Statement: [logPolicy] }] });

const fixture: LambdaFixture = new LambdaFixture({
  identities,
  loadCode: ({ key }) => Promise.resolve(fixture.codeFolder(`exports.handler = async () => '${key}';`)),
});
let front: HttpFront;
let client: LambdaClient;
let functionName = '';

function clientWith(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }): LambdaClient {
  return new LambdaClient({ region: 'us-east-1', endpoint: front.url, credentials, maxAttempts: 1 });
}

beforeAll(async () => {
  await fixture.lambda.start();
  front = await startHttpFront({ services: [fixture.lambda.service], identities });
  client = clientWith(ROOT_CREDENTIALS);
  functionName = await fixture.createFunction(
    `exports.handler = async (event, context) => { console.log('working'); if (event.fail) throw new TypeError('bad'); return { event, id: context.awsRequestId }; };`,
    { name: 'echo' },
  );
});
afterAll(async () => {
  client.destroy();
  await front.close();
  await fixture.remove();
});

test("Invoke answers with the payload, and its request id is the invocation's", async () => {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ n: 1 }) }),
  );
  expect(answer.StatusCode).toBe(200);
  expect(answer.FunctionError).toBeUndefined();
  expect(answer.ExecutedVersion).toBe('$LATEST');
  const payload = JSON.parse(answer.Payload?.transformToString() ?? '') as unknown;
  expect(payload).toEqual({ event: { n: 1 }, id: answer.$metadata.requestId });
});

test("Invoke answers a function's error as a success with FunctionError, and shows the end of the log on demand", async () => {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: 'echo', Payload: '{"fail":true}', LogType: 'Tail' }),
  );
  expect(answer.StatusCode).toBe(200);
  expect(answer.FunctionError).toBe('Unhandled');
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'bad',
  });
  expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('Invoke Error');
});

test('Invoke with the type Event answers 202 and runs later under the same request id', async () => {
  const answer = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event', Payload: '{}' }));
  expect(answer.StatusCode).toBe(202);
  await eventually(() =>
    fixture.messages().some((message) => message.startsWith(`END RequestId: ${String(answer.$metadata.requestId)}`)),
  );
});

test('Invoke with the type DryRun answers 204 and runs nothing', async () => {
  const answer = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun' }));
  expect(answer.StatusCode).toBe(204);
  expect(fixture.messages().join('')).not.toContain(String(answer.$metadata.requestId));
});

test('Invoke refuses what is no JSON', async () => {
  await expect(client.send(new InvokeCommand({ FunctionName: 'echo', Payload: 'no json' }))).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
    $metadata: { httpStatusCode: 400 },
  });
});

test('Invoke is throttled when there is no concurrency left', async () => {
  await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'echo', ReservedConcurrentExecutions: 0 }));
  await expect(client.send(new InvokeCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
  const { ReservedConcurrentExecutions } = await client.send(
    new GetFunctionConcurrencyCommand({ FunctionName: 'echo' }),
  );
  expect(ReservedConcurrentExecutions).toBe(0);
  await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'echo' }));
  expect(
    (await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'echo' }))).ReservedConcurrentExecutions,
  ).toBeUndefined();
});

test('a function that does not exist is not found', async () => {
  await expect(client.send(new InvokeCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
  });
});

test('a role without permission may not invoke, nor learn whether a function exists', async () => {
  const stranger = clientWith(identities.issue(ROLE_ARN));
  for (const name of ['echo', 'nobody']) {
    await expect(stranger.send(new InvokeCommand({ FunctionName: name }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction') as string,
    });
  }
  stranger.destroy();
});

test('GetFunction shows the configuration and where the code is', async () => {
  const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName: 'echo' }));
  expect(Configuration).toMatchObject({
    FunctionName: 'echo',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 10,
    MemorySize: 128,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    CodeSha256: expect.stringMatching(/^[\w+/]{43}=$/) as string,
  });
  expect(Code?.RepositoryType).toBe('S3');
});

test('UpdateFunctionConfiguration changes what is given, and minds the revision id', async () => {
  await fixture.createFunction(`exports.handler = async () => process.env.COLOUR;`, { name: 'configured' });
  const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'configured' }));
  const after = await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'configured',
      Environment: { Variables: { COLOUR: 'red' } },
      Timeout: 20,
      RevisionId: before.RevisionId,
    }),
  );
  expect(after).toMatchObject({ Timeout: 20, MemorySize: 128, Environment: { Variables: { COLOUR: 'red' } } });
  expect(after.RevisionId).not.toBe(before.RevisionId);
  await expect(
    client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'configured', Timeout: 5, RevisionId: before.RevisionId }),
    ),
  ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
});

test.for([
  ['a timeout beyond 900 s', { Timeout: 901 }, /Timeout is 901; it must be a whole number between 1 and 900/],
  ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /AWS_REGION/],
  ['more than 4 KB of variables', { Environment: { Variables: { BIG: 'x'.repeat(5000) } } }, /at most 4096 bytes/],
  ['another kind of runtime', { Runtime: 'java21' as const }, /Runtime is java21/],
] as const)('UpdateFunctionConfiguration refuses %s', async ([, change, message]) => {
  await expect(
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'echo', ...change })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(message) as string,
  });
});

test('UpdateFunctionConfiguration names the fields that are not implemented', async () => {
  const layers = new UpdateFunctionConfigurationCommand({ FunctionName: 'echo', Layers: ['arn:layer'] });
  await expect(client.send(layers)).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('Layers') as string,
  });
});

test('UpdateFunctionCode takes a zip file and an object of a bucket', async () => {
  await fixture.createFunction(`exports.handler = async () => 'first';`, { name: 'coded' });
  const run = async () =>
    JSON.parse(
      (await client.send(new InvokeCommand({ FunctionName: 'coded' }))).Payload?.transformToString() ?? '',
    ) as unknown;
  const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'coded' }));
  const zip = zipSync({ 'index.js': Buffer.from(`exports.handler = async () => 'zipped';`) });
  const after = await client.send(new UpdateFunctionCodeCommand({ FunctionName: 'coded', ZipFile: zip }));
  expect(after.CodeSha256).not.toBe(before.CodeSha256);
  expect(await run()).toBe('zipped');
  await client.send(new UpdateFunctionCodeCommand({ FunctionName: 'coded', S3Bucket: 'assets', S3Key: 'stored' }));
  expect(await run()).toBe('stored');
  await expect(
    client.send(new UpdateFunctionCodeCommand({ FunctionName: 'coded', ZipFile: Buffer.from('no zip') })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('ListFunctions pages through all functions', async () => {
  await fixture.createFunction(`exports.handler = async () => 1;`, { name: 'listed' });
  const names: (string | undefined)[] = [];
  let pages = 0;
  for await (const page of paginateListFunctions({ client, pageSize: 1 }, {})) {
    pages += 1;
    names.push(...(page.Functions ?? []).map((each) => each.FunctionName));
  }
  expect(names).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining(['echo', 'listed']));
  expect(pages).toBe(names.length);
  expect((await client.send(new ListFunctionsCommand({}))).NextMarker).toBeUndefined();
});

test('permissions are added once, shown as a policy, and removed', async () => {
  await fixture.createFunction(`exports.handler = async () => 1;`, { name: 'permitted' });
  const permission = {
    FunctionName: 'permitted',
    StatementId: 'bucket',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: 'arn:aws:s3:::orders',
  };
  await client.send(new AddPermissionCommand(permission));
  await expect(client.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
    name: 'ResourceConflictException',
  });
  const { Policy } = await client.send(new GetPolicyCommand({ FunctionName: 'permitted' }));
  expect(JSON.parse(Policy ?? '')).toMatchObject({
    Statement: [{ Sid: 's3' }, { Sid: 'bucket', Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::orders' } } }],
  });
  for (const StatementId of ['s3', 'bucket']) {
    await client.send(new RemovePermissionCommand({ FunctionName: 'permitted', StatementId }));
  }
  await expect(client.send(new GetPolicyCommand({ FunctionName: 'permitted' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('the event invoke config is put as a whole and updated in part', async () => {
  await fixture.createFunction(`exports.handler = async () => 1;`, { name: 'retried' });
  await client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'retried',
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
    }),
  );
  await client.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName: 'retried', MaximumRetryAttempts: 0 }));
  const config = await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'retried' }));
  expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(config.LastModified).toBeInstanceOf(Date);
});

test('an on-failure destination is refused where nothing would deliver to it', async () => {
  const config = new PutFunctionEventInvokeConfigCommand({
    FunctionName: 'echo',
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failures' } },
  });
  await expect(client.send(config)).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('an operation that is not there is NotImplemented, by its name', async () => {
  await expect(client.send(new PublishVersionCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('PublishVersion') as string,
    $metadata: { httpStatusCode: 501 },
  });
});

import {
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  LambdaServiceException,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../demo/faults/fault.ts';
import { FaultCallError, FaultInjector } from '../../../demo/faults/fault-injector.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { aDeployment } from './a-deployment.ts';

const THROTTLED: Fault = { kind: 'throttled', step: 'payment' };
const UNNOTIFIED: Fault = { kind: 'unnotified', step: 'payment' };
const BROKEN: Fault = { kind: 'code', step: 'payment', build: 'type-error' };
const CLOSED: Fault = {
  kind: 'environment',
  step: 'payment',
  variables: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' },
};
const DENIED: Fault = {
  kind: 'denied',
  step: 'payment',
  store: 'stateStorage',
  actions: ['s3:GetObject'],
  keys: ['*'],
};

const lambdaClient = new LambdaClient({ region: 'eu-central-1' });
const s3Client = new S3Client({ region: 'eu-central-1' });
const lambda = mockClient(lambdaClient);
const s3 = mockClient(s3Client);
let clock: FakeClock;
let injector: FaultInjector;

const refusedByLambda = (name: string) =>
  new LambdaServiceException({ name, message: 'refused', $fault: 'client', $metadata: {} });
const refusedByS3 = (name: string) =>
  new S3ServiceException({ name, message: 'refused', $fault: 'client', $metadata: {} });

beforeEach(() => {
  lambda.reset();
  s3.reset();
  lambda.on(GetFunctionCommand).resolves({ Configuration: { LastUpdateStatus: 'Successful' } });
  clock = new FakeClock();
  injector = new FaultInjector({
    deployment: aDeployment(),
    lambda: lambdaClient,
    s3: s3Client,
    clock,
    buildBroken: () => Promise.resolve(new Uint8Array([1])),
  });
});

describe('a change of the stack', () => {
  it('is refused at once, with its name, when waiting would not help', async () => {
    lambda.on(PutFunctionConcurrencyCommand).rejects(refusedByLambda('AccessDeniedException'));
    const injected = injector.inject([THROTTLED]);
    await expect(injected).rejects.toThrow(FaultCallError);
    await expect(injected).rejects.toThrow('PutFunctionConcurrency of payment-1: AccessDeniedException: refused');
  });

  it('is given up when another update of the function is still under way after a minute', async () => {
    lambda.on(UpdateFunctionConfigurationCommand).rejects(refusedByLambda('ResourceConflictException'));
    const injected = injector.inject([CLOSED]);
    injected.catch(() => undefined);
    await clock.advance(61_000);
    await expect(injected).rejects.toThrow(
      'UpdateFunctionConfiguration of payment-1: Error: ResourceConflictException',
    );
  });

  it('is given up when it does not read back as it was set', async () => {
    lambda.on(PutFunctionConcurrencyCommand).resolves({});
    lambda.on(GetFunctionConcurrencyCommand).resolves({});
    const injected = injector.inject([THROTTLED]);
    injected.catch(() => undefined);
    await clock.advance(61_000);
    await expect(injected).rejects.toThrow('does not read back as it was set within 60 s');
  });

  it('waits for another update of the function to end', async () => {
    lambda
      .on(UpdateFunctionConfigurationCommand)
      .rejectsOnce(refusedByLambda('ResourceConflictException'))
      .resolves({});
    const variables = { STATE_STORAGE_BUCKET: 'state-storage-1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' };
    lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: variables }, Timeout: 10 });
    const injected = injector.inject([CLOSED]);
    await clock.advance(2_000);
    await injected;
    expect(lambda.commandCalls(UpdateFunctionConfigurationCommand)).toHaveLength(2);
  });

  it.each(['InvalidArgument', 'OperationAborted'])(
    'of the notifications is tried again when S3 does not see everything yet: %s',
    async (name) => {
      s3.on(PutBucketNotificationConfigurationCommand).rejectsOnce(refusedByS3(name)).resolves({});
      s3.on(GetBucketNotificationConfigurationCommand).resolves({});
      const injected = injector.inject([UNNOTIFIED]);
      await clock.advance(2_000);
      await injected;
      expect(s3.commandCalls(PutBucketNotificationConfigurationCommand)).toHaveLength(2);
    },
  );

  it('of a policy is no policy that S3 calls invalid: that one is refused at once', async () => {
    s3.on(PutBucketPolicyCommand).rejects(refusedByS3('InvalidArgument'));
    await expect(injector.inject([DENIED])).rejects.toThrow('PutBucketPolicy of state-storage-1: InvalidArgument');
  });

  it('ends only when it reads back: S3 answers with the old policy for a while', async () => {
    s3.on(PutBucketPolicyCommand).callsFake(({ Policy }: { Policy: string }) => {
      s3.on(GetBucketPolicyCommand).resolvesOnce({ Policy: '{"Statement":[]}' }).resolves({ Policy });
      return {};
    });
    const injected = injector.inject([DENIED]);
    await clock.advance(2_000);
    await injected;
    expect(s3.commandCalls(GetBucketPolicyCommand)).toHaveLength(2);
  });

  it('of the code ends when the function has that very code, and keeps its architecture', async () => {
    const architectures = ['arm64'] as const;
    const deployment = aDeployment();
    const payment = { ...deployment.functions.payment!, architectures };
    const onArm = new FaultInjector({
      deployment: { ...deployment, functions: { payment } },
      lambda: lambdaClient,
      s3: s3Client,
      clock,
      buildBroken: () => Promise.resolve(new Uint8Array([1])),
    });
    lambda.on(UpdateFunctionCodeCommand).resolves({ CodeSha256: 'new' });
    lambda.on(GetFunctionConfigurationCommand).resolvesOnce({ CodeSha256: 'old' }).resolves({ CodeSha256: 'new' });
    const injected = onArm.inject([BROKEN]);
    await clock.advance(2_000);
    await injected;
    expect(lambda.commandCalls(GetFunctionConfigurationCommand)).toHaveLength(2);
    expect(lambda.commandCalls(UpdateFunctionCodeCommand)[0]?.args[0].input).toMatchObject({
      Architectures: ['arm64'],
    });
  });
});

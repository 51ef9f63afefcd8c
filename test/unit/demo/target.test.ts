import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Output,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, expect, it } from 'vitest';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';
import { openTarget } from '../../../demo/target.ts';

const cloudFormation = mockClient(CloudFormationClient);
const lambda = mockClient(LambdaClient);
const s3 = mockClient(S3Client);

const open = () =>
  openTarget({
    url: 'http://127.0.0.1:9',
    aws: { endpoint: 'http://127.0.0.1:9', region: 'eu-central-1', accessKeyId: 'key', secretAccessKey: 'secret' },
    stackName: 'a-stack',
    settlingMs: 0,
    livesOn: { who: 'a test' },
    signal: new AbortController().signal,
  });

const aStack = (Outputs: readonly Output[]) => ({
  Stacks: [
    { StackName: 'a-stack', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const, Outputs: [...Outputs] },
  ],
});

afterAll(() => {
  for (const mock of [cloudFormation, lambda, s3]) mock.restore();
});

it.each([
  ['is of stage prod', [{ OutputKey: 'Stage', OutputValue: 'prod' }]],
  ['does not say its stage', []],
])('leaves a stack alone that %s: nothing is changed, not even put right', async (_what, Outputs) => {
  cloudFormation.on(DescribeStacksCommand).resolves(aStack(Outputs));
  const opened = open();
  await expect(opened).rejects.toThrow(CannotBeginError);
  await expect(opened).rejects.toThrow('a-stack');
  expect([...lambda.calls(), ...s3.calls()]).toEqual([]);
});

it('tells whoever may not look into a stack in one sentence what was refused', async () => {
  cloudFormation.on(DescribeStacksCommand).resolves(aStack([{ OutputKey: 'Stage', OutputValue: 'dev' }]));
  cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
  const refusal = { name: 'AccessDenied', message: 'no GetTemplate', $fault: 'client' as const, $metadata: {} };
  cloudFormation.on(GetTemplateCommand).rejects(new CloudFormationServiceException(refusal));
  const opened = open();
  await expect(opened).rejects.toThrow(CannotBeginError);
  await expect(opened).rejects.toThrow('Stack a-stack could not be looked into: AccessDenied: no GetTemplate');
});

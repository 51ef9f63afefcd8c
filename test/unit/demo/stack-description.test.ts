import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';
import { howToReachApi, requireBreakable } from '../../../demo/stack-description.ts';
import { describeStack, type StackDescription } from '../../../laptop/describe-stack.ts';

const aDescription = (fields: Partial<StackDescription> = {}): StackDescription => ({
  stackName: 'a-stack',
  stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/a-stack/1',
  status: 'UPDATE_COMPLETE',
  outputs: { Stage: 'dev' },
  ...fields,
});

describe('a stack that may be broken', () => {
  it.each<[string, Partial<StackDescription>, string]>([
    ['is of stage prod', { outputs: { Stage: 'prod' } }, 'is of stage prod'],
    ['is of a stage that nobody knows here', { outputs: { Stage: 'production' } }, 'is of stage production'],
    ['does not say its stage', { outputs: {} }, 'no output Stage'],
    ['is being deployed', { status: 'UPDATE_IN_PROGRESS' }, 'UPDATE_IN_PROGRESS'],
    ['was never deployed to the end', { status: 'ROLLBACK_COMPLETE' }, 'ROLLBACK_COMPLETE'],
  ])('is none that %s', (_what, fields, hint) => {
    const require = () => requireBreakable(aDescription(fields));
    expect(require).toThrow(CannotBeginError);
    expect(require).toThrow(hint);
  });

  it.each(['dev', 'laptop'])('is one of stage %s whose deployment has ended', (Stage) => {
    expect(() => requireBreakable(aDescription({ outputs: { Stage } }))).not.toThrow();
  });

  it('says what to type so that its API can be reached', () => {
    const OpenPage = 'aws ssm start-session --target i-1';
    expect(howToReachApi(aDescription({ outputs: { OpenPage } }))).toContain(OpenPage);
    expect(howToReachApi(aDescription())).toContain('--url');
  });
});

describe('a stack that cannot be described', () => {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const unfound = () => Promise.reject(new Error('not found in the default chain'));

  it('is one without a region to look in', async () => {
    const client = new CloudFormationClient({ region: unfound, credentials });
    await expect(describeStack(client, 'a-stack')).rejects.toThrow(/^There is no AWS region: set AWS_REGION/);
  });

  it('is one that is asked for without credentials', async () => {
    const client = new CloudFormationClient({ region: 'eu-central-1', credentials: unfound });
    await expect(describeStack(client, 'a-stack')).rejects.toThrow(/^There are no AWS credentials: log in/);
  });

  it.each([
    ['ValidationError', 'Stack with id a-stack does not exist', 'There is no stack a-stack in eu-central-1'],
    ['ExpiredToken', 'The security token is expired', 'refuses to describe stack a-stack: ExpiredToken'],
  ])('says so in one sentence: %s', async (name, message, hint) => {
    const client = new CloudFormationClient({ region: 'eu-central-1', credentials });
    const refusal = new CloudFormationServiceException({ name, message, $fault: 'client', $metadata: {} });
    mockClient(client).on(DescribeStacksCommand).rejects(refusal);
    const description = describeStack(client, 'a-stack');
    await expect(description).rejects.toThrow(CannotBeginError);
    await expect(description).rejects.toThrow(hint);
  });
});

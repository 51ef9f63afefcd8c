import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloudFormation } from '../../../local/cloudformation/cloudformation.ts';
import { startHttpFront, type HttpFront } from '../../../local/http/front.ts';
import { authorize } from '../../../local/iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import { LOCAL_REGION, type Credentials } from '../../../local/ports.ts';
import { aTemplate, plan } from '../../unit/local-cloudformation/builders.ts';

const template = aTemplate({ Outputs: { Environment: { Value: '{"A":"<&>\\r\\n"}', Description: 'a & b' } } });
const ROLE = 'arn:aws:iam::000000000000:role/nobody';

let front: HttpFront;
let root: CloudFormationClient;
let nobody: CloudFormationClient;

function clientOf(credentials: Credentials): CloudFormationClient {
  return new CloudFormationClient({ endpoint: front.url, region: LOCAL_REGION, credentials, maxAttempts: 1 });
}

beforeAll(async () => {
  const identities = createIdentities();
  identities.putRole({ arn: ROLE, policies: [] });
  const service = createCloudFormation({
    plan: plan(template),
    templateBody: JSON.stringify(template),
    createdAt: Date.UTC(2026, 0, 1),
    authorize,
  });
  front = await startHttpFront({ services: [service], identities });
  root = clientOf(ROOT_CREDENTIALS);
  nobody = clientOf(identities.issue(ROLE));
});

afterAll(async () => {
  root.destroy();
  nobody.destroy();
  await front.close();
});

describe('CloudFormation', () => {
  it('refuses what it does not implement by name', async () => {
    const call = root.send(new CreateStackCommand({ StackName: 'other', TemplateBody: '{}' }));
    await expect(call).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('CreateStack') as string,
    });
  });

  it.each([
    ['DescribeStacks', new DescribeStacksCommand({ StackName: 'other' })],
    ['DescribeStackResources', new DescribeStackResourcesCommand({ StackName: 'other' })],
    ['ListStackResources', new ListStackResourcesCommand({ StackName: 'other' })],
    ['GetTemplate', new GetTemplateCommand({ StackName: 'other' })],
  ])('%s says that another stack does not exist', async (_, command) => {
    await expect(root.send(command as DescribeStacksCommand)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    });
  });

  it('shows nothing to a role that may not look', async () => {
    await expect(nobody.send(new DescribeStacksCommand({ StackName: 'demo' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('describes the stack with its outputs, by name, by id and without either', async () => {
    const { Stacks: [stack] = [] } = await root.send(new DescribeStacksCommand({ StackName: 'demo' }));
    expect(stack).toMatchObject({
      StackName: 'demo',
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: new Date('2026-01-01T00:00:00Z'),
      Outputs: [{ OutputKey: 'Environment', OutputValue: '{"A":"<&>\\r\\n"}', Description: 'a & b' }],
    });
    for (const StackName of [stack?.StackId, undefined]) {
      expect((await root.send(new DescribeStacksCommand({ StackName }))).Stacks).toEqual([stack]);
    }
  });

  it('knows the physical name of each resource', async () => {
    const { StackResources = [] } = await root.send(new DescribeStackResourcesCommand({ StackName: 'demo' }));
    const { StackResourceSummaries = [] } = await root.send(new ListStackResourcesCommand({ StackName: 'demo' }));
    const inbox = { LogicalResourceId: 'Inbox', PhysicalResourceId: plan(template).buckets[0]?.name };
    expect(StackResources).toContainEqual(expect.objectContaining({ ...inbox, ResourceType: 'AWS::S3::Bucket' }));
    expect(StackResourceSummaries).toContainEqual(expect.objectContaining(inbox));
    expect(StackResources).toHaveLength(Object.keys(template.Resources).length);
  });

  it('returns the template as it was given', async () => {
    const { TemplateBody = '' } = await root.send(new GetTemplateCommand({ StackName: 'demo' }));
    expect(JSON.parse(TemplateBody)).toEqual(template);
  });
});

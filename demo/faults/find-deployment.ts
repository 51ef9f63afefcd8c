import {
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { readControlNodeEnvironment } from '../../laptop/stack-outputs.ts';
import { readDeployment, type ControlNodeNames, type Deployment } from './deployment.ts';
import type { StackIdentity, Template } from './template.ts';

/** Finds everything about a stack by its name alone, through CloudFormation. */
export async function findDeployment(client: CloudFormationClient, stackName: string): Promise<Deployment> {
  const [stacks, resources, template, names] = await Promise.all([
    client.send(new DescribeStacksCommand({ StackName: stackName })),
    client.send(new DescribeStackResourcesCommand({ StackName: stackName })),
    client.send(new GetTemplateCommand({ StackName: stackName })),
    readControlNodeEnvironment(client, stackName),
  ]);
  const stackId = stacks.Stacks?.[0]?.StackId ?? '';
  // arn:{partition}:cloudformation:{region}:{account}:stack/…
  const [, partition = 'aws', , region = '', account = ''] = stackId.split(':');
  const pairs = (resources.StackResources ?? []).map(({ LogicalResourceId, PhysicalResourceId }) => [
    LogicalResourceId ?? '',
    PhysicalResourceId ?? '',
  ]);
  const identity: StackIdentity = {
    account,
    region,
    partition,
    stackName,
    stackId,
    physicalIds: Object.fromEntries(pairs) as Record<string, string>,
  };
  return readDeployment(
    JSON.parse(template.TemplateBody ?? '{}') as Template,
    identity,
    names as unknown as ControlNodeNames,
  );
}

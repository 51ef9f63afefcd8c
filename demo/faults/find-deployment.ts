import {
  GetTemplateCommand,
  paginateListStackResources,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { controlNodeEnvironmentIn } from '../../laptop/stack-outputs.ts';
import { CannotBeginError } from '../../laptop/cannot-begin-error.ts';
import type { StackDescription } from '../../laptop/describe-stack.ts';
import { readDeployment, type ControlNodeNames, type Deployment } from './deployment.ts';
import type { Template } from './template.ts';

/** Finds everything about a stack through CloudFormation. @throws CannotBeginError when its template cannot be read. */
export async function findDeployment(
  client: CloudFormationClient,
  { stackName, stackId, outputs }: StackDescription,
): Promise<Deployment> {
  // arn:{partition}:cloudformation:{region}:{account}:stack/…
  const [, partition = 'aws', , region = '', account = ''] = stackId.split(':');
  const [physicalIds, { TemplateBody = '' }] = await Promise.all([
    listPhysicalIds(client, stackName),
    client.send(new GetTemplateCommand({ StackName: stackName })),
  ]);
  return readDeployment(
    parseTemplate(TemplateBody, stackName),
    { account, region, partition, stackName, stackId, physicalIds },
    controlNodeEnvironmentIn(outputs, stackName) as unknown as ControlNodeNames,
  );
}

/** In pages: DescribeStackResources would end at a hundred resources without a word. */
async function listPhysicalIds(client: CloudFormationClient, stackName: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: stackName },
  )) {
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      found[LogicalResourceId] = PhysicalResourceId;
  }
  return found;
}

function parseTemplate(text: string, stackName: string): Template {
  try {
    return JSON.parse(text) as Template;
  } catch (error) {
    // The CDK uploads JSON; YAML comes from the legacy synthesizer or from other tools.
    throw new CannotBeginError(
      `The template of stack ${stackName} is not JSON, so it was not deployed by this project's \`cdk deploy\`.`,
      { cause: error },
    );
  }
}

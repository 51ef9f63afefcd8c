import {
  CloudFormationServiceException,
  DescribeStacksCommand,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { CannotBeginError } from './cannot-begin-error.ts';
import { outputsOf, type StackOutputs } from './stack-outputs.ts';

/** What CloudFormation says of a stack as a whole. */
export interface StackDescription {
  readonly stackName: string;
  readonly stackId: string;
  readonly status: string;
  readonly outputs: StackOutputs;
}

/** @throws CannotBeginError when there is no such stack, or nobody to ask. */
export async function describeStack(client: CloudFormationClient, stackName: string): Promise<StackDescription> {
  const region = await foundBy(
    client.config.region,
    'There is no AWS region: set AWS_REGION, or AWS_PROFILE to a profile that has one.',
  );
  await foundBy(
    client.config.credentials,
    'There are no AWS credentials: log in (`aws sso login`, `aws configure`), or set AWS_PROFILE to a profile that has some.',
  );
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return {
      stackName: stack?.StackName ?? stackName,
      stackId: stack?.StackId ?? '',
      status: stack?.StackStatus ?? '',
      outputs: outputsOf(stack),
    };
  } catch (error) {
    throw new CannotBeginError(whyNotDescribed(error, stackName, region), { cause: error });
  }
}

async function foundBy<T>(find: () => Promise<T | undefined>, complaint: string): Promise<T> {
  let cause: unknown;
  try {
    const found = await find();
    if (found !== undefined) return found;
  } catch (error) {
    cause = error;
  }
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  throw new CannotBeginError(`${complaint}${reason}`, { cause });
}

function whyNotDescribed(error: unknown, stackName: string, region: string): string {
  if (error instanceof CloudFormationServiceException) {
    // What CloudFormation answers for a name that no stack has.
    if (error.name === 'ValidationError')
      return `There is no stack ${stackName} in ${region} (${error.message}): \`npx cdk deploy\` makes one, AWS_REGION chooses another region.`;
    return `CloudFormation in ${region} refuses to describe stack ${stackName}: ${error.name}: ${error.message}`;
  }
  return `CloudFormation in ${region} could not be asked for stack ${stackName}: ${error instanceof Error ? error.message : String(error)}`;
}

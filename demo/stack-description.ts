import {
  CloudFormationServiceException,
  DescribeStacksCommand,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { outputsOf, type StackOutputs } from '../laptop/stack-outputs.ts';
import { CannotBeginError } from './cannot-begin-error.ts';

/** What CloudFormation says of a stack as a whole. */
export interface StackDescription {
  readonly stackName: string;
  readonly stackId: string;
  readonly status: string;
  readonly outputs: StackOutputs;
}

/** The stack's name for what it is for: `dev`, `prod` or `laptop`. */
const STAGE_OUTPUT = 'Stage';
/** How to reach the API of a deployed stack from this machine. */
const OPEN_PAGE_OUTPUT = 'OpenPage';
/** A list of what may be broken, not of what may not: a stage that this code does not know is not broken by accident. */
const BREAKABLE_STAGES: readonly string[] = ['dev', 'laptop'];
/** Nothing is under way, and the template is what is deployed. */
const AT_REST: readonly string[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
];

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

/** @throws CannotBeginError unless the stack says itself that it may be broken, and nobody is changing it. */
export function requireBreakable({ stackName, status, outputs }: StackDescription): void {
  const stage = outputs[STAGE_OUTPUT];
  if (stage === undefined) {
    throw new CannotBeginError(
      `Stack ${stackName} has no output ${STAGE_OUTPUT}, which says whether it may be broken: deploy it again from this project.`,
    );
  }
  if (!BREAKABLE_STAGES.includes(stage)) {
    throw new CannotBeginError(
      `Stack ${stackName} is of stage ${stage}, and the demo breaks what it runs against: choose one of stage ${BREAKABLE_STAGES.join(' or ')}.`,
    );
  }
  if (!AT_REST.includes(status)) {
    throw new CannotBeginError(
      `Stack ${stackName} is in status ${status}, expected ${AT_REST.join(', ')}: let its deployment end, or mend it, first.`,
    );
  }
}

/** What to type so that the API can be reached, as far as the stack says it. */
export function howToReachApi({ outputs }: StackDescription): string {
  const command = outputs[OPEN_PAGE_OUTPUT];
  return command === undefined
    ? 'Give the address of its coordinator with --url.'
    : `In another terminal run, and leave running: ${command}`;
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

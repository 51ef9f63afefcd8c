import { DescribeStacksCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';

/** The output of the stack that holds the control node's environment: a JSON object of strings. */
const CONTROL_NODE_ENVIRONMENT = 'ControlNodeEnvironment';

/** Reads what the stack says coordinator and monitor must be told. @throws Error that names what is missing. */
export async function readControlNodeEnvironment(
  client: CloudFormationClient,
  stackName: string,
): Promise<Record<string, string>> {
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  const value = outputs.find(({ OutputKey }) => OutputKey === CONTROL_NODE_ENVIRONMENT)?.OutputValue;
  if (value === undefined) {
    const found = outputs.map(({ OutputKey }) => OutputKey).join(', ') || 'none';
    throw new Error(`Stack ${stackName} has no output ${CONTROL_NODE_ENVIRONMENT}; it has: ${found}`);
  }
  return JSON.parse(value) as Record<string, string>;
}

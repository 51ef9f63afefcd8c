import { DescribeStacksCommand, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';

/** By their names. */
export type StackOutputs = Readonly<Record<string, string>>;

/** The output of the stack that holds the control node's environment: a JSON object of strings. */
const CONTROL_NODE_ENVIRONMENT = 'ControlNodeEnvironment';

/** Reads what the stack says coordinator and monitor must be told. @throws Error that names what is missing. */
export async function readControlNodeEnvironment(
  client: CloudFormationClient,
  stackName: string,
): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  return controlNodeEnvironmentIn(outputsOf(stack), stackName);
}

export function outputsOf(stack: Stack | undefined): StackOutputs {
  const outputs = stack?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** @throws Error that names what is missing. */
export function controlNodeEnvironmentIn(outputs: StackOutputs, stackName: string): Record<string, string> {
  const value = outputs[CONTROL_NODE_ENVIRONMENT];
  if (value === undefined) {
    const found = Object.keys(outputs).join(', ') || 'none';
    throw new Error(`Stack ${stackName} has no output ${CONTROL_NODE_ENVIRONMENT}; it has: ${found}`);
  }
  return JSON.parse(value) as Record<string, string>;
}

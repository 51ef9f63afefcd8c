import { CannotBeginError } from '../cannot-begin-error.ts';

/** The value of `--stack`, and the other arguments. @throws CannotBeginError when it is no stack's name. */
export function takeStackName(args: readonly string[]): {
  readonly stackName: string | undefined;
  readonly rest: readonly string[];
} {
  const at = args.findIndex((arg) => arg === '--stack' || arg.startsWith('--stack='));
  const option = args[at];
  if (option === undefined) return { stackName: undefined, rest: args };
  const isJoined = option.startsWith('--stack=');
  const stackName = isJoined ? option.slice('--stack='.length) : (args[at + 1] ?? '');
  // CloudFormation's rule; without a look at it an empty name would be any stack's.
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw new CannotBeginError(
      `--stack is ${JSON.stringify(stackName)}: expected the name of a stack, as \`npx cdk list\` says it`,
    );
  return { stackName, rest: [...args.slice(0, at), ...args.slice(at + (isJoined ? 1 : 2))] };
}

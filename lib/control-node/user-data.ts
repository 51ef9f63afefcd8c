import type { Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import type { NodeEnvironment } from './node-environment.ts';

export interface UserDataOptions {
  readonly environment: NodeEnvironment;
  /** `s3://…` of the archive. */
  readonly codeUrl: string;
  /** Of the node's own log group. */
  readonly logGroupName: string;
  /** The resource that CloudFormation waits for. */
  readonly groupLogicalId: string;
}

const SCRIPT = new URL('../../control-node/user-data.sh', import.meta.url);

/**
 * The lines of a node's user data: a header that sets the inputs of `control-node/user-data.sh`, then that file as it is.
 * @throws Error when a value has a character that could not stand in its quotes.
 */
export function userDataLines(stack: Stack, options: UserDataOptions): readonly string[] {
  const { environment } = options;
  const inputs: Readonly<Record<string, string>> = {
    ...environment,
    ENVIRONMENT_NAMES: Object.keys(environment).join(' '),
    CODE_URL: options.codeUrl,
    NODE_LOG_GROUP: options.logGroupName,
    SIGNAL_RESOURCE: options.groupLogicalId,
  };
  const header = Object.entries(inputs).map(([name, value]) => {
    refuseQuotes(name, stack.resolve(value));
    return `export ${name}='${value}'`;
  });
  return [...header, readFileSync(SCRIPT, 'utf8').trimEnd()];
}

/**
 * Values stand in single quotes, in the script and again in systemd's environment file. Names that AWS makes have
 * neither quotes nor backslashes nor newlines; what the template itself says must not have them either.
 */
function refuseQuotes(name: string, resolved: unknown): void {
  const wrong = stringsIn(resolved).find((text) => /['\\\n\r]/.test(text));
  if (wrong === undefined) return;
  const text = JSON.stringify(wrong);
  throw new Error(`${name} cannot be given to the control node: ${text} has a single quote, a backslash or a new line`);
}

function stringsIn(resolved: unknown): readonly string[] {
  if (typeof resolved === 'string') return [resolved];
  return typeof resolved === 'object' && resolved !== null ? Object.values(resolved).flatMap(stringsIn) : [];
}

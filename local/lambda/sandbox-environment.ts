import type { Credentials } from '../ports.ts';
import { LOCAL_REGION } from '../ports.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

export interface SandboxSurroundings {
  readonly credentials: Credentials;
  readonly logStream: string;
  readonly codeDirectory: string;
  /** An empty folder: no one's `~/.aws` must reach a function. */
  readonly home: string;
  /** `127.0.0.1:{port}/{sandbox}`: clients put `http://` before it and the API's path behind it. */
  readonly runtimeApi: string;
  readonly awsEndpointUrl: string;
}

/**
 * The whole environment of a function: what Lambda sets, the function's own variables, and the address of the local AWS
 * unless the function has its own. Nothing comes from the process that starts it.
 * Source: developer guide, "Defined runtime environment variables".
 */
export function sandboxEnvironment(
  configuration: FunctionConfiguration,
  surroundings: SandboxSurroundings,
): Record<string, string> {
  const { credentials } = surroundings;
  const setsEndpoint = Object.keys(configuration.environment).some((name) => name.startsWith('AWS_ENDPOINT_URL'));
  return {
    ...(setsEndpoint ? {} : { AWS_ENDPOINT_URL: surroundings.awsEndpointUrl }),
    // On a laptop's older Node.js the SDK would print a warning that it does not print in nodejs24.x.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    HOME: surroundings.home,
    ...configuration.environment,
    _HANDLER: configuration.handler,
    _LAMBDA_TELEMETRY_LOG_FD: '3',
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMiB),
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: surroundings.logStream,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_RUNTIME_API: surroundings.runtimeApi,
    LAMBDA_TASK_ROOT: surroundings.codeDirectory,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
  };
}

/** Functions that share a group put their name into the stream's, as AWS does for groups that are not the default one. */
export function logStreamName(configuration: FunctionConfiguration, sandboxId: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  const isDefaultGroup = configuration.logGroup === `/aws/lambda/${configuration.name}`;
  return `${day}/${isDefaultGroup ? '' : configuration.name}[$LATEST]${sandboxId}`;
}

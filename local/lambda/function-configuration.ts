import { LambdaError } from './lambda-error.ts';

/** What a sandbox runs. A change of any of it means new sandboxes. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** `index.handler`: the file without its extension, then the export or the function. */
  readonly handler: string;
  /** `nodejs24.x`, `python3.13`; what runs it is said in runtimes.ts. */
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
}

export interface NewFunction extends FunctionConfiguration {
  /** A folder that holds the handler's file; it is copied. */
  readonly code: { readonly directory: string };
  readonly reservedConcurrency?: number | undefined;
  /** 0 to 2; AWS's default is 2. */
  readonly maximumRetryAttempts: number;
  /** 60 to 21,600; AWS's default is 21,600. */
  readonly maximumEventAgeSeconds: number;
  /** Of the on-failure destination. */
  readonly onFailureArn?: string | undefined;
}

/** Names that Lambda sets itself and refuses from others. Source: the developer guide, "Defined runtime environment variables". */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** All but the runtime, see runtimes.ts. @throws LambdaError InvalidParameterValueException, in the limits of AWS. */
export function checkConfiguration(configuration: FunctionConfiguration): void {
  const { name, handler, timeoutSeconds, memoryMiB, environment } = configuration;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw invalid('FunctionName', name, '1 to 64 of a-z A-Z 0-9 - _');
  if (!/^[^\s]{1,128}$/.test(handler)) throw invalid('Handler', handler, '1 to 128 characters without spaces');
  checkRange('Timeout', timeoutSeconds, 1, 900);
  checkRange('MemorySize', memoryMiB, 128, 10_240);
  for (const key of Object.keys(environment)) {
    if (RESERVED_VARIABLES.has(key))
      throw invalid('Environment', key, 'a name that Lambda does not reserve for itself');
    if (!/^[A-Za-z]\w+$/.test(key)) throw invalid('Environment', key, 'a letter, then at least one letter, digit or _');
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > 4096) throw invalid('Environment', `${String(bytes)} bytes long`, 'at most 4096 bytes as JSON');
}

export function checkRange(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(field, String(value), `a whole number between ${String(min)} and ${String(max)}`);
}

function invalid(field: string, found: string, wanted: string): LambdaError {
  return new LambdaError('InvalidParameterValueException', `${field} is ${found}; it must be ${wanted}.`);
}

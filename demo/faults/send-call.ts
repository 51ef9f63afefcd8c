import {
  DeleteFunctionConcurrencyCommand,
  LambdaServiceException,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  DeleteBucketPolicyCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BrokenBuild } from './fault.ts';
import type { ApiCall, FunctionCode } from './fault-plan.ts';

export interface SendCallOptions {
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly buildBroken: (build: BrokenBuild) => Promise<Uint8Array>;
}

/** How long Lambda may take to carry out an update of a function, seconds. */
const UPDATE_TIMEOUT_S = 60;

/** Sends one call; an update of a function is waited for. `codeSha256`: what Lambda says that new code has. */
export async function sendCall(
  call: ApiCall,
  { lambda, s3, buildBroken }: SendCallOptions,
): Promise<{ readonly codeSha256?: string | undefined }> {
  switch (call.operation) {
    case 'UpdateFunctionConfiguration': {
      const { functionName: FunctionName, variables, timeoutSeconds: Timeout } = call;
      const Environment = { Variables: { ...variables } };
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment, Timeout }));
      await untilUpdated(FunctionName, lambda);
      return {};
    }
    case 'UpdateFunctionCode': {
      const { functionName: FunctionName, architectures } = call;
      const { CodeSha256 } = await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName,
          ...(await codeOf(call.code, buildBroken)),
          // Said again each time: the API's default is x86_64, whatever the function has.
          ...(architectures && { Architectures: [...architectures] }),
        }),
      );
      await untilUpdated(FunctionName, lambda);
      return { codeSha256: CodeSha256 };
    }
    case 'PutFunctionConcurrency': {
      const { functionName: FunctionName, reserved: ReservedConcurrentExecutions } = call;
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
      return {};
    }
    case 'DeleteFunctionConcurrency':
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: call.functionName }));
      return {};
    case 'PutBucketPolicy':
      await s3.send(new PutBucketPolicyCommand({ Bucket: call.bucket, Policy: JSON.stringify(call.policy) }));
      return {};
    case 'DeleteBucketPolicy':
      await s3.send(new DeleteBucketPolicyCommand({ Bucket: call.bucket }));
      return {};
    case 'PutBucketNotificationConfiguration': {
      const { bucket: Bucket, configuration: NotificationConfiguration } = call;
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
      return {};
    }
  }
}

/** Whether it was refused for something that passes by itself. Throttling is not among it: the SDK waits for that. */
export function isWorthRepeating(error: unknown, { operation }: ApiCall): boolean {
  // Another update of the function is under way.
  if (error instanceof LambdaServiceException) return error.name === 'ResourceConflictException';
  if (!(error instanceof S3ServiceException)) return false;
  // Another change of the bucket is under way, or S3 does not see yet that it may invoke the function.
  return (
    error.name === 'OperationAborted' ||
    (operation === 'PutBucketNotificationConfiguration' && error.name === 'InvalidArgument')
  );
}

async function codeOf(
  code: FunctionCode,
  buildBroken: SendCallOptions['buildBroken'],
): Promise<{ ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string }> {
  if (code.kind === 'deployed') return { S3Bucket: code.bucket, S3Key: code.key };
  return { ZipFile: await buildBroken(code.build) };
}

async function untilUpdated(functionName: string, lambda: LambdaClient): Promise<void> {
  await waitUntilFunctionUpdatedV2(
    { client: lambda, maxWaitTime: UPDATE_TIMEOUT_S, minDelay: 1, maxDelay: 2 },
    { FunctionName: functionName },
  );
}

import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { PolicyDocument } from './deployment.ts';
import type { ApiCall } from './fault-plan.ts';
import { normalNotifications, normalPolicy } from './normal-forms.ts';

export interface ReadBackClients {
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
}

/** What the part of the stack that a call sets is to read back as. `codeSha256`: what Lambda answered to new code. */
export function wantedBy(call: ApiCall, codeSha256: string | undefined): unknown {
  switch (call.operation) {
    case 'UpdateFunctionConfiguration':
      return { variables: call.variables, timeoutSeconds: call.timeoutSeconds };
    case 'UpdateFunctionCode':
      return codeSha256;
    case 'PutFunctionConcurrency':
      return call.reserved;
    case 'PutBucketPolicy':
      return normalPolicy(call.policy);
    case 'PutBucketNotificationConfiguration':
      return normalNotifications(call.configuration);
    case 'DeleteFunctionConcurrency':
    case 'DeleteBucketPolicy':
      return undefined;
  }
}

/** What the part of the stack that a call sets is at present, in the same form. */
export async function readBack(call: ApiCall, { lambda, s3 }: ReadBackClients): Promise<unknown> {
  switch (call.operation) {
    case 'UpdateFunctionConfiguration': {
      const { Environment, Timeout } = await lambda.send(configurationOf(call));
      return { variables: Environment?.Variables ?? {}, timeoutSeconds: Timeout };
    }
    case 'UpdateFunctionCode':
      return (await lambda.send(configurationOf(call))).CodeSha256;
    case 'PutFunctionConcurrency':
    case 'DeleteFunctionConcurrency': {
      const answer = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: call.functionName }));
      return answer.ReservedConcurrentExecutions;
    }
    case 'PutBucketPolicy':
    case 'DeleteBucketPolicy':
      return readPolicy(call.bucket, s3);
    case 'PutBucketNotificationConfiguration':
      return normalNotifications(await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: call.bucket })));
  }
}

function configurationOf({ functionName }: { readonly functionName: string }): GetFunctionConfigurationCommand {
  return new GetFunctionConfigurationCommand({ FunctionName: functionName });
}

async function readPolicy(bucket: string, s3: S3Client): Promise<unknown> {
  try {
    const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return normalPolicy(JSON.parse(Policy) as PolicyDocument);
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

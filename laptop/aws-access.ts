import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';

/** Where an AWS is and who one is there. */
export interface AwsAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The same as the variables that every AWS SDK and the AWS CLI read. */
export function awsVariables(access: AwsAccess): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: access.endpoint,
    AWS_REGION: access.region,
    AWS_ACCESS_KEY_ID: access.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
  };
}

export interface AwsClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  close(): void;
}

export function createAwsClients({ endpoint, region, accessKeyId, secretAccessKey }: AwsAccess): AwsClients {
  const configuration = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const cloudFormation = new CloudFormationClient(configuration);
  const lambda = new LambdaClient(configuration);
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  return {
    cloudFormation,
    lambda,
    s3,
    close: () => {
      for (const client of [cloudFormation, lambda, s3]) client.destroy();
    },
  };
}

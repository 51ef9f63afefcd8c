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

export interface AwsClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  close(): void;
}

/** Lambda's control plane takes 15 calls a second, shared by everybody in the account: a throttled call is tried for up to 15 s. */
const MAX_ATTEMPTS = 6;

/** Without an access it is what the SDK finds by itself: credentials, region and endpoints of whoever runs this. */
export function createAwsClients(access?: AwsAccess): AwsClients {
  const configuration = { maxAttempts: MAX_ATTEMPTS, ...(access !== undefined && settingsOf(access)) };
  const cloudFormation = new CloudFormationClient(configuration);
  const lambda = new LambdaClient(configuration);
  const s3 = new S3Client({ ...configuration, ...(access !== undefined && { forcePathStyle: true }) });
  return {
    cloudFormation,
    lambda,
    s3,
    close: () => {
      for (const client of [cloudFormation, lambda, s3]) client.destroy();
    },
  };
}

function settingsOf({ endpoint, region, accessKeyId, secretAccessKey }: AwsAccess) {
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

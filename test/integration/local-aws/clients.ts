import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';

interface Access {
  readonly url: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Clients as any program would make them, and the names of the fixture's resources. */
export class Clients {
  readonly s3: S3Client;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudFormation: CloudFormationClient;

  constructor({ url, region, credentials }: Access) {
    const configuration = { endpoint: url, region, credentials };
    this.s3 = new S3Client(configuration);
    this.lambda = new LambdaClient(configuration);
    this.logs = new CloudWatchLogsClient(configuration);
    this.cloudFormation = new CloudFormationClient(configuration);
  }

  async names(): Promise<{ inbox: string; outbox: string; logGroup: string; worker: string }> {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: 'demo' }));
    const [inbox = '', outbox = '', logGroup = '', worker = ''] =
      Stacks?.[0]?.Outputs?.[0]?.OutputValue?.split('|') ?? [];
    return { inbox, outbox, logGroup, worker };
  }

  /** All that the function and the platform have logged so far. */
  async lines(logGroupName: string): Promise<readonly string[]> {
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
      lines.push(...(page.events ?? []).map(({ message = '' }) => message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return lines;
  }

  close(): void {
    for (const client of [this.s3, this.lambda, this.logs, this.cloudFormation]) client.destroy();
  }
}

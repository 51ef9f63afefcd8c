import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logRetentionOf, removalPolicyOf, type Stage } from '../stage.ts';

export interface NodeLogsProps {
  readonly stage: Stage;
}

/**
 * What coordinator, monitor and the node's first boot write, a stream for each and instance. Not the functions' group:
 * the monitor reads that one whole, and must not read itself.
 *
 * Metrics arrive here as well, as JSON lines in the embedded metric format. CloudWatch Logs extracts them from any
 * event that has the format's `_aws` member; the header `x-amzn-logs-format` that PutLogEvents once asked for is
 * optional (CloudWatch user guide, "Using the PutLogEvents API to send manually-created embedded metric format logs").
 */
export class NodeLogs extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, { stage }: NodeLogsProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      retention: logRetentionOf(stage),
      removalPolicy: removalPolicyOf(stage),
    });
  }

  /** Without creating the group: an agent that outlives the stack by a minute must not leave a new one behind. */
  allowWriting(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [this.group.logGroupArn],
      }),
    );
  }
}

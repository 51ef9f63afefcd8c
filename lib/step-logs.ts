import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CANARY_STREAM } from '../monitor/environment.ts';
import { logRetentionOf, removalPolicyOf, type Stage } from './stage.ts';

export interface StepLogsProps {
  readonly stage: Stage;
}

/** One log group for all functions of the workflow, so that one poll of the monitor serves every step. */
export class StepLogs extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, props: StepLogsProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      retention: logRetentionOf(props.stage),
      removalPolicy: removalPolicyOf(props.stage),
    });
  }

  /** What AWSLambdaBasicExecutionRole allows for every log group of the account, for this one and without creating it. */
  allowWriting(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.group.logGroupArn],
      }),
    );
  }

  /** The monitors' own stream and no function's. Making a stream is a right on the group. */
  allowWritingCanaries(role: IRole): void {
    const stream = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${this.group.logGroupName}:log-stream:${CANARY_STREAM}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream'], resources: [this.group.logGroupArn] }),
    );
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [stream] }));
  }

  allowReading(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['logs:FilterLogEvents'], resources: [this.group.logGroupArn] }),
    );
  }
}

import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { removalPolicyOf, type Stage } from './stage.ts';

export interface StepLogsProps {
  readonly stage: Stage;
}

/** One log group for all functions of the workflow, so that one poll of the monitor serves every step. */
export class StepLogs extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, props: StepLogsProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      retention: props.stage.logRetentionDays === 7 ? RetentionDays.ONE_WEEK : RetentionDays.THREE_MONTHS,
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
}

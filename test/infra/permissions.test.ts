import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, synthesize, type Statement } from './synthesize.ts';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

const CHANNELS = 'a session channel is not a resource';
/** The actions that are allowed on `*`, each with the reason why nothing narrower can be said. */
const ON_EVERY_RESOURCE: Readonly<Record<string, string>> = {
  'ssm:UpdateInstanceInformation': 'the instance that reports itself does not exist when the policy is written',
  'ssmmessages:CreateControlChannel': CHANNELS,
  'ssmmessages:CreateDataChannel': CHANNELS,
  'ssmmessages:OpenControlChannel': CHANNELS,
  'ssmmessages:OpenDataChannel': CHANNELS,
};

describe('permissions', () => {
  it('of confirm-order are exactly those its code needs', () => {
    expect(permissionsOf(template, 'ConfirmOrder')).toEqual([
      'Allow logs:CreateLogStream on {StepLogsGroup}',
      'Allow logs:PutLogEvents on {StepLogsGroup}',
      'Allow s3:GetObject on {AppStoreBucket}/orders/*',
      'Allow s3:GetObject on {AppStoreBucket}/stock/*',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*/confirm-order.json',
      'Allow s3:ListBucket on {AppStoreBucket}',
      'Allow s3:ListBucket on {StateStorageBucket}',
      'Allow s3:PutObject on {AppStoreBucket}/stock/*',
      'Allow s3:PutObject on {StateStorageBucket}/executions/*/confirm-order.json',
      // In its name Lambda tells the destination what failed.
      'Allow sqs:SendMessage on {FailedEventsQueue}',
    ]);
  });

  it('of payment are exactly those its code needs', () => {
    expect(permissionsOf(template, 'Payment')).toEqual([
      'Allow logs:CreateLogStream on {StepLogsGroup}',
      'Allow logs:PutLogEvents on {StepLogsGroup}',
      'Allow s3:GetObject on {AppStoreBucket}/payments/*',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*/confirm-order.json',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*/payment.json',
      'Allow s3:ListBucket on {StateStorageBucket}',
      'Allow s3:PutObject on {AppStoreBucket}/payments/*',
      'Allow s3:PutObject on {StateStorageBucket}/executions/*/payment.json',
      'Allow sqs:SendMessage on {FailedEventsQueue}',
    ]);
  });

  it('of the control node are exactly those that coordinator, monitor and their host need', () => {
    expect(permissionsOf(template, 'ControlNodeRole')).toEqual([
      'Allow autoscaling:SetInstanceHealth on arn:{AWS::Partition}:autoscaling:{AWS::Region}:{AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/{ControlNodeGroupASG}',
      // Added by the CDK to the role of whatever has to signal.
      'Allow cloudformation:SignalResource on {AWS::StackId}',
      'Allow lambda:InvokeFunction on {ConfirmOrderFunction}',
      'Allow lambda:InvokeFunction on {PaymentFunction}',
      'Allow logs:CreateLogStream on {ControlNodeLogsGroup}',
      'Allow logs:CreateLogStream on {StepLogsGroup}',
      'Allow logs:DescribeLogStreams on {ControlNodeLogsGroup}',
      'Allow logs:FilterLogEvents on {StepLogsGroup}',
      // The canary's stream and no function's.
      'Allow logs:PutLogEvents on arn:{AWS::Partition}:logs:{AWS::Region}:{AWS::AccountId}:log-group:{StepLogsGroup}:log-stream:canary/monitor',
      'Allow logs:PutLogEvents on {ControlNodeLogsGroup}',
      expect.stringMatching(
        /^Allow s3:GetObject on arn:\S+:s3:::cdk-hnb659fds-assets-\S+\/[0-9a-f]{64}\.zip$/,
      ) as string,
      'Allow s3:GetObject on {AppStoreBucket}/idempotency/*',
      'Allow s3:GetObject on {AppStoreBucket}/items/*',
      'Allow s3:GetObject on {AppStoreBucket}/orders/*',
      'Allow s3:GetObject on {AppStoreBucket}/payments/*',
      'Allow s3:GetObject on {AppStoreBucket}/stock/*',
      'Allow s3:GetObject on {StateStorageBucket}/control/*',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*',
      'Allow s3:GetObject on {StateStorageBucket}/incident-redrives/*',
      'Allow s3:ListBucket on {AppStoreBucket}',
      'Allow s3:ListBucket on {StateStorageBucket}',
      'Allow s3:PutObject on {AppStoreBucket}/idempotency/*',
      'Allow s3:PutObject on {AppStoreBucket}/items/*',
      'Allow s3:PutObject on {AppStoreBucket}/orders/*',
      'Allow s3:PutObject on {AppStoreBucket}/payments/*',
      'Allow s3:PutObject on {AppStoreBucket}/stock/*',
      'Allow s3:PutObject on {StateStorageBucket}/control/*',
      'Allow s3:PutObject on {StateStorageBucket}/executions/*',
      'Allow s3:PutObject on {StateStorageBucket}/failures/*',
      'Allow s3:PutObject on {StateStorageBucket}/incident-redrives/*',
      'Allow sqs:DeleteMessage on {FailedEventsQueue}',
      'Allow sqs:ReceiveMessage on {FailedEventsQueue}',
      'Allow ssm:UpdateInstanceInformation on *',
      'Allow ssmmessages:CreateControlChannel on *',
      'Allow ssmmessages:CreateDataChannel on *',
      'Allow ssmmessages:OpenControlChannel on *',
      'Allow ssmmessages:OpenDataChannel on *',
    ]);
  });

  it('of the notifications resource are to configure the two buckets', () => {
    expect(permissionsOf(template, 'NotificationsRole')).toEqual([
      'Allow s3:PutBucketNotification on {AppStoreBucket}',
      'Allow s3:PutBucketNotification on {StateStorageBucket}',
    ]);
  });

  it('never contain a whole service, and every resource only where IAM knows no other', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')) as {
      Properties: { PolicyDocument: { Statement: readonly Statement[] } };
    }[];
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Action, Resource } of statements) {
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
      if (![Resource].flat().includes('*')) continue;
      expect([Action].flat().filter((action) => !(action in ON_EVERY_RESOURCE))).toEqual([]);
    }
  });

  it('come from managed policies nowhere, not even in the helper that empties buckets and would leave a log group', () => {
    const managed = Object.entries(template.findResources('AWS::IAM::Role')).filter(
      ([, role]) =>
        (role as { Properties: { ManagedPolicyArns?: unknown } }).Properties.ManagedPolicyArns !== undefined,
    );
    expect(managed.map(([id]) => id)).toEqual([]);
  });
});

import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, synthesize, type Statement } from './synthesize.ts';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

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
    ]);
  });

  it('of payment are exactly those its code needs', () => {
    expect(permissionsOf(template, 'Payment')).toEqual([
      'Allow logs:CreateLogStream on {StepLogsGroup}',
      'Allow logs:PutLogEvents on {StepLogsGroup}',
      'Allow s3:GetObject on {AppStoreBucket}/payments/*',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*/confirm-order.json',
      'Allow s3:GetObject on {StateStorageBucket}/executions/*/payment.json',
      'Allow s3:ListBucket on {AppStoreBucket}',
      'Allow s3:ListBucket on {StateStorageBucket}',
      'Allow s3:PutObject on {AppStoreBucket}/payments/*',
      'Allow s3:PutObject on {StateStorageBucket}/executions/*/payment.json',
    ]);
  });

  it('of the notifications resource are to configure the two buckets', () => {
    expect(permissionsOf(template, 'NotificationsRole')).toEqual([
      'Allow s3:PutBucketNotification on {AppStoreBucket}',
      'Allow s3:PutBucketNotification on {StateStorageBucket}',
    ]);
  });

  it('never contain a whole service or every resource', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')) as {
      Properties: { PolicyDocument: { Statement: readonly Statement[] } };
    }[];
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Action, Resource } of statements) {
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
      expect([Resource].flat()).not.toContain('*');
    }
  });

  it('come from managed policies nowhere but in the helper that empties buckets before they are deleted', () => {
    const managed = Object.entries(template.findResources('AWS::IAM::Role')).filter(
      ([, role]) =>
        (role as { Properties: { ManagedPolicyArns?: unknown } }).Properties.ManagedPolicyArns !== undefined,
    );
    expect(managed.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'CustomS3AutoDeleteObjectsCustomResourceProviderRole',
    ]);
  });
});

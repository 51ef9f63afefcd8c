import { Lazy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/**
 * The role of the custom resource through which CDK configures bucket notifications. CDK's own role for it may change
 * the notifications of every bucket in the account; this one only those of the stack's buckets. It may not write logs:
 * a failure reaches the deployment's events anyway, and no log group outlives the stack.
 */
export class NotificationsRole extends Construct {
  readonly role: IRole;
  private readonly buckets: IBucket[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, not attached: the permission is there as soon as the role is.
      inlinePolicies: {
        notifications: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['s3:PutBucketNotification'],
              resources: Lazy.list({ produce: () => this.buckets.map((bucket) => bucket.bucketArn) }),
            }),
          ],
        }),
      },
    });
    this.role = role.withoutPolicyUpdates();
  }

  allowConfiguring(bucket: IBucket): void {
    this.buckets.push(bucket);
  }
}

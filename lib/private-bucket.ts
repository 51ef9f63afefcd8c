import { CfnResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { NotificationsRole } from './notifications-role.ts';
import { removalPolicyOf, type Stage } from './stage.ts';

export interface PrivateBucketProps {
  readonly stage: Stage;
  readonly notificationsRole: NotificationsRole;
  readonly lifecycleRules: readonly LifecycleRule[];
}

/** What both stores have in common: encrypted, TLS only, nothing public, versioned, removed or kept as the stage says. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      lifecycleRules: [
        ...props.lifecycleRules,
        // Nothing here uploads in parts; whatever a person leaves half uploaded would be billed for ever.
        { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicyOf(props.stage),
      autoDeleteObjects: !props.stage.retainData,
      notificationsHandlerRole: props.notificationsRole.role,
    });
    props.notificationsRole.allowConfiguring(this);
    if (!props.stage.retainData) keepNoLogs(Stack.of(this));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs would double the requests of a store of many small objects; each write already bears ' +
        'its writer in the record, and CloudTrail data events can be switched on where an audit needs reads.',
    });
  }
}

/**
 * The helper that empties buckets would make a log group when it first runs, which never expires and outlives the stack.
 * What it does is allowed by the buckets' policies; a failure of it reaches the deployment's events anyway.
 */
function keepNoLogs(stack: Stack): void {
  const role = stack.node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider').node.findChild('Role');
  if (role instanceof CfnResource) role.addPropertyDeletionOverride('ManagedPolicyArns');
}

import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';

/**
 * Statements of our own instead of `grantRead(role, prefix)`, which grants `s3:List*` and `s3:GetBucket*` of the whole
 * bucket besides.
 */
export function allowObjects(
  role: Role,
  bucket: Bucket,
  actions: readonly ('s3:GetObject' | 's3:PutObject')[],
  keyPattern: string,
): void {
  const objects = bucket.arnForObjects(keyPattern);
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [objects] }));
  acknowledgeWildcard(
    role,
    objects,
    'The names of orders, items and executions are known only when they happen: the prefix is the narrowest.',
  );
}

/** Without `s3:ListBucket` S3 answers 403 for a key that does not exist, and "not there" would look like "denied". */
export function allowListing(role: Role, bucket: Bucket): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
}

import { randomUUID } from 'node:crypto';
import { InvalidPolicyError, validatePolicy } from '../iam/policy.ts';
import { type AwsResponse, LOCAL_ACCOUNT, LOCAL_REGION, type PolicyDocument } from '../ports.ts';
import type { Bucket, BucketConfig } from './bucket.ts';
import { allowOnly, bucketOf, requireAccess, type S3Call } from './call.ts';
import { S3Error } from './errors.ts';
import { checkNotifications } from './notification-config.ts';
import { readNotificationXml, writeNotificationXml } from './notification-xml.ts';
import type { Store } from './store.ts';
import { element, xmlResponse } from './xml.ts';

/** Operations on buckets, beside listing their objects. All throw S3Error. */
export function listBuckets(call: S3Call, store: Store): AwsResponse {
  const { principal } = call.request;
  if (call.authorize({ principal, action: 's3:ListAllMyBuckets', resource: 'arn:aws:s3:::*' }) === 'denied') {
    throw new S3Error('AccessDenied');
  }
  allowOnly(call, []);
  const names = [...store.buckets.keys()].sort();
  const listed = names.map((name) => {
    const createdAt = store.buckets.get(name)?.config.createdAt ?? 0;
    const created = element('CreationDate', new Date(createdAt).toISOString());
    return `<Bucket>${element('Name', name)}${created}${element('BucketRegion', LOCAL_REGION)}</Bucket>`;
  });
  return xmlResponse(
    '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Owner>${element('ID', LOCAL_ACCOUNT)}</Owner><Buckets>${listed.join('')}</Buckets></ListAllMyBucketsResult>`,
  );
}

export function headBucket(call: S3Call, store: Store): AwsResponse {
  requireAccess(call, bucketOf(call, store), 's3:ListBucket');
  return { status: 200, headers: { 'x-amz-bucket-region': LOCAL_REGION } };
}

/** The first region has no name in this answer, as on AWS. */
export function getBucketLocation(call: S3Call, store: Store): AwsResponse {
  requireAccess(call, bucketOf(call, store), 's3:GetBucketLocation');
  return xmlResponse('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');
}

export function getBucketPolicy(call: S3Call, store: Store): AwsResponse {
  const bucket = bucketOf(call, store);
  requirePolicyAccess(call, bucket, 's3:GetBucketPolicy');
  const { policy, name } = bucket.config;
  if (!policy) throw new S3Error('NoSuchBucketPolicy', undefined, { BucketName: name });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(policy) };
}

export async function putBucketPolicy(call: S3Call, store: Store): Promise<AwsResponse> {
  const bucket = bucketOf(call, store);
  requirePolicyAccess(call, bucket, 's3:PutBucketPolicy');
  const policy = readPolicy(call.request.body, bucket.config.name);
  await store.changeBucket(bucket, (config) => ({ ...config, policy }));
  return { status: 204 };
}

export async function deleteBucketPolicy(call: S3Call, store: Store): Promise<AwsResponse> {
  const bucket = bucketOf(call, store);
  requirePolicyAccess(call, bucket, 's3:DeleteBucketPolicy');
  await store.changeBucket(bucket, ({ policy: _removed, ...rest }) => rest);
  return { status: 204 };
}

export function getBucketNotification(call: S3Call, store: Store): AwsResponse {
  const bucket = bucketOf(call, store);
  requireAccess(call, bucket, 's3:GetBucketNotification');
  return xmlResponse(writeNotificationXml(bucket.config.notifications));
}

export async function putBucketNotification(call: S3Call, store: Store): Promise<AwsResponse> {
  const bucket = bucketOf(call, store);
  requireAccess(call, bucket, 's3:PutBucketNotification');
  const notifications = readNotificationXml(call.request.body, randomUUID);
  checkNotifications(notifications);
  await store.changeBucket(bucket, (config) => ({ ...config, notifications }));
  return { status: 200 };
}

/** What the stack says about a bucket. @throws S3Error, InvalidPolicyError */
export function checkBucketConfig(config: BucketConfig): BucketConfig {
  checkNotifications(config.notifications);
  if (!config.policy) return config;
  return { ...config, policy: validatePolicy(config.policy, 'resource', `policy of bucket ${config.name}`) };
}

/** The account's root can always see and replace a policy: otherwise a deny for everybody could never be taken back. */
function requirePolicyAccess(call: S3Call, bucket: Bucket, action: string): void {
  if (!call.request.principal.isRoot) requireAccess(call, bucket, action);
}

function readPolicy(body: Buffer, bucketName: string): PolicyDocument {
  try {
    return validatePolicy(JSON.parse(body.toString('utf8')), 'resource', `policy of bucket ${bucketName}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new S3Error('MalformedPolicy');
    if (error instanceof InvalidPolicyError) throw new S3Error('MalformedPolicy', error.message);
    throw error;
  }
}

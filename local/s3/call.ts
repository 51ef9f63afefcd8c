import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { ConditionContext } from '../iam/condition.ts';
import { type AwsRequest, LOCAL_ACCOUNT } from '../ports.ts';
import type { Bucket } from './bucket.ts';
import { checkBucketName, hasParameters, type Route } from './routes.ts';
import { type RefusedCall, S3Error } from './errors.ts';
import type { Store } from './store.ts';

/** A call to S3 on its way through: what was asked, by whom, and what answers need. */
export interface S3Call extends RefusedCall {
  readonly request: AwsRequest;
  readonly route: Route;
  readonly authorize: (question: AccessQuestion) => Verdict;
}

export function callOf(request: AwsRequest, route: Route, authorize: S3Call['authorize']): S3Call {
  return {
    request,
    route,
    authorize,
    requestId: request.requestId,
    method: request.method,
    path: request.url.pathname,
  };
}

/** @throws S3Error InvalidBucketName, NoSuchBucket (to anybody, as on AWS), AccessDenied */
export function bucketOf(call: S3Call, store: Store): Bucket {
  const name = call.route.bucket;
  const bucket = store.buckets.get(name);
  if (!bucket) {
    checkBucketName(name);
    throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  }
  const expectedOwner = call.request.headers['x-amz-expected-bucket-owner'];
  if (expectedOwner !== undefined && expectedOwner !== LOCAL_ACCOUNT) throw new S3Error('AccessDenied');
  return bucket;
}

export function mayDo(call: S3Call, bucket: Bucket, action: string, key?: string, context?: ConditionContext): boolean {
  const { name, policy } = bucket.config;
  const resource = key === undefined ? `arn:aws:s3:::${name}` : `arn:aws:s3:::${name}/${key}`;
  const { principal } = call.request;
  return call.authorize({ principal, action, resource, bucketPolicy: policy, context }) === 'allowed';
}

/** @throws S3Error AccessDenied */
export function requireAccess(
  call: S3Call,
  bucket: Bucket,
  action: string,
  key?: string,
  context?: ConditionContext,
): void {
  if (!mayDo(call, bucket, action, key, context)) throw new S3Error('AccessDenied');
}

/** Refuses query parameters that would change the answer and are not honoured. @throws S3Error NotImplemented */
export function allowOnly(call: S3Call, parameters: readonly string[]): void {
  const { url } = call.request;
  if (!hasParameters(url.search)) return;
  for (const name of url.searchParams.keys()) {
    if (name === 'x-id' || parameters.includes(name)) continue;
    throw new S3Error('NotImplemented', `The parameter ${name} is not implemented for ${call.route.operation}`);
  }
}

/** Refuses request headers that would change the answer and are not honoured. @throws S3Error NotImplemented */
export function refuseHeaders(call: S3Call, names: readonly string[]): void {
  const name = names.find((each) => call.request.headers[each] !== undefined);
  if (name === undefined) return;
  throw new S3Error('NotImplemented', `The header ${name} is not implemented for ${call.route.operation}`);
}

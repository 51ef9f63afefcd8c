import type { AwsResponse } from '../ports.ts';
import { allowOnly, bucketOf, refuseHeaders, requireAccess, type S3Call } from './call.ts';
import { writeRefusal } from './condition.ts';
import { newVersionId } from './put-object.ts';
import type { Store } from './store.ts';

const UNSUPPORTED_HEADERS = ['x-amz-mfa', 'x-amz-bypass-governance-retention', 'x-amz-if-match-size'];

/**
 * In a versioned bucket the answer speaks of a delete marker. Noncurrent versions are not kept, as under a lifecycle rule
 * that expires them at once: no operation that is implemented could read them.
 * @throws S3Error
 */
export async function deleteObject(call: S3Call, store: Store): Promise<AwsResponse> {
  const { key } = call.route;
  const { headers } = call.request;
  const bucket = bucketOf(call, store);
  requireAccess(call, bucket, 's3:DeleteObject', key);
  if (headers['if-match'] !== undefined) requireAccess(call, bucket, 's3:GetObject', key);
  allowOnly(call, []);
  refuseHeaders(call, UNSUPPORTED_HEADERS);
  const refusal = writeRefusal(call, headers, bucket, key);
  if (refusal) return refusal;
  if (bucket.objects.has(key) || bucket.hasWriteInFlight(key)) await store.removeObject(bucket, key);
  const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': newVersionId() };
  return { status: 204, headers: bucket.config.versioned ? marker : {} };
}

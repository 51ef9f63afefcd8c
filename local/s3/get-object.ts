import type { AwsResponse } from '../ports.ts';
import type { StoredObject } from './bucket.ts';
import { allowOnly, bucketOf, mayDo, refuseHeaders, requireAccess, type S3Call } from './call.ts';
import { readRefusal } from './condition.ts';
import { errorResponse } from './errors.ts';
import type { Store } from './store.ts';

const UNSUPPORTED_HEADERS = ['range', 'if-modified-since', 'if-unmodified-since'];

/**
 * GetObject and HeadObject. Who may not list the bucket is not told whether a key exists: a missing one is 403 then. The
 * question carries no `s3:prefix`, so a right to list that is limited to a prefix does not count, as on S3.
 * @throws S3Error
 */
export async function getObject(call: S3Call, store: Store): Promise<AwsResponse> {
  const { key } = call.route;
  const bucket = bucketOf(call, store);
  requireAccess(call, bucket, 's3:GetObject', key);
  allowOnly(call, []);
  refuseHeaders(call, UNSUPPORTED_HEADERS);
  const object = bucket.objects.get(key);
  if (!object) {
    if (!mayDo(call, bucket, 's3:ListBucket')) return errorResponse(call, 'AccessDenied');
    return errorResponse(call, 'NoSuchKey', undefined, { Key: key });
  }
  const refusal = readRefusal(call, call.request.headers, object);
  if (refusal) return refusal;
  const headers = objectHeaders(object, call.request.headers['x-amz-checksum-mode'] === 'ENABLED');
  if (call.method === 'HEAD') return { status: 200, headers };
  return { status: 200, headers, body: await store.readBody(object) };
}

function objectHeaders(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    ...object.headers,
    'content-type': object.contentType,
    'content-length': String(object.bodyBytes),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModifiedAt).toUTCString(),
    'x-amz-server-side-encryption': 'AES256',
  };
  if (object.versionId !== undefined) headers['x-amz-version-id'] = object.versionId;
  if (withChecksum && object.checksum) {
    headers[`x-amz-checksum-${object.checksum.algorithm}`] = object.checksum.value;
    headers['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  return headers;
}

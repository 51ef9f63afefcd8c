import type { AwsResponse } from '../ports.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { errorResponse, S3Error, type RefusedCall } from './errors.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Whether a conditional write must lose, decided against the durable state. A write of the same key that is still on its way
 * to the disk is S3's 409: who loses to it does not know yet what the key will hold, and asks again.
 * @returns the refusal, or undefined when the write may go on; the caller must begin it in the same turn
 * @throws S3Error for conditions that S3 does not have
 */
export function writeRefusal(
  call: RefusedCall,
  headers: Headers,
  bucket: Bucket,
  key: string,
): AwsResponse | undefined {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch === undefined && ifMatch === undefined) return undefined;
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) throw new S3Error('NotImplemented');
  const current = bucket.objects.get(key);
  if (ifNoneMatch !== undefined && current) {
    return errorResponse(call, 'PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (ifMatch !== undefined) {
    if (!current) return errorResponse(call, 'NoSuchKey', undefined, { Key: key });
    if (!etagMatches(ifMatch, current)) {
      return errorResponse(call, 'PreconditionFailed', undefined, { Condition: 'If-Match' });
    }
  }
  if (!bucket.hasWriteInFlight(key)) return undefined;
  const condition = ifMatch === undefined ? 'If-None-Match' : 'If-Match';
  return errorResponse(call, 'ConditionalRequestConflict', undefined, { Condition: condition, Key: key });
}

/** GET and HEAD: 412 or 304, or undefined when the object is to be sent. */
export function readRefusal(call: RefusedCall, headers: Headers, object: StoredObject): AwsResponse | undefined {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !etagMatches(ifMatch, object)) {
    return errorResponse(call, 'PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && etagMatches(ifNoneMatch, object)) {
    return { status: 304, headers: { etag: `"${object.etag}"` } };
  }
  return undefined;
}

function etagMatches(condition: string, { etag }: StoredObject): boolean {
  return condition.split(',').some((each) => {
    const wanted = each
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return wanted === '*' || wanted === etag;
  });
}

import { hash, randomUUID } from 'node:crypto';
import type { AwsResponse } from '../ports.ts';
import { keptHeaders } from './attributes.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { allowOnly, bucketOf, requireAccess, type S3Call } from './call.ts';
import { verifyChecksums } from './checksums.ts';
import { writeRefusal } from './condition.ts';
import type { Delivery } from './delivery.ts';
import { S3Error } from './errors.ts';
import { matchingNotification } from './notification-config.ts';
import type { Notify } from './records.ts';
import type { Store } from './store.ts';

export interface PutObjectDependencies {
  readonly store: Store;
  readonly delivery: Delivery;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const MOST_KEY_BYTES = 1024;
/** Notifications that may be owed at once; beyond, S3 would slow down, too. */
const MOST_PENDING_NOTIFICATIONS = 100_000;

/** @throws S3Error */
export async function putObject(call: S3Call, { store, delivery, now }: PutObjectDependencies): Promise<AwsResponse> {
  const { headers, body } = call.request;
  const { key } = call.route;
  const bucket = bucketOf(call, store);
  requireWrite(call, bucket);
  allowOnly(call, []);
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) throw new S3Error('KeyTooLongError');
  const keptWith = keptHeaders(headers);
  const checksum = verifyChecksums(headers, body);
  const etag = hash('md5', body, 'hex');
  const notify = notificationOf(call, bucket);
  if (notify && store.pending.size >= MOST_PENDING_NOTIFICATIONS) throw new S3Error('SlowDown');

  // Nothing is awaited between the decision and the beginning of the write.
  const refusal = writeRefusal(call, headers, bucket, key);
  if (refusal) return refusal;
  const object = await store.putObject(bucket, {
    key,
    body,
    etag,
    lastModifiedAt: now(),
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    ...(keptWith ? { headers: keptWith } : {}),
    ...(checksum ? { checksum } : {}),
    ...(bucket.config.versioned ? { versionId: newVersionId() } : {}),
    ...(notify ? { notify } : {}),
  });
  const owed = store.pending.get(object.sequence);
  if (owed) delivery.deliver(owed);
  return { status: 200, headers: writtenHeaders(object) };
}

export function newVersionId(): string {
  // Node keeps random bytes for UUIDs in stock: a tenth of the cost of asking for new ones.
  return randomUUID().replaceAll('-', '');
}

/** A conditional write reads, too: `If-Match` needs the right to. */
function requireWrite(call: S3Call, bucket: Bucket): void {
  const { key } = call.route;
  const ifMatch = call.request.headers['if-match'];
  const ifNoneMatch = call.request.headers['if-none-match'];
  const context = {
    ...(ifMatch === undefined ? {} : { 's3:if-match': ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { 's3:if-none-match': ifNoneMatch }),
  };
  requireAccess(call, bucket, 's3:PutObject', key, context);
  if (ifMatch !== undefined) requireAccess(call, bucket, 's3:GetObject', key);
}

function notificationOf(call: S3Call, bucket: Bucket): Notify | undefined {
  const configuration = matchingNotification(bucket.config.notifications, call.route.key);
  return (
    configuration && {
      configurationId: configuration.id,
      functionArn: configuration.functionArn,
      requestId: call.requestId,
      principalArn: call.request.principal.arn,
    }
  );
}

function writtenHeaders({ etag, versionId, checksum }: StoredObject): Record<string, string> {
  const headers: Record<string, string> = { etag: `"${etag}"`, 'x-amz-server-side-encryption': 'AES256' };
  if (versionId !== undefined) headers['x-amz-version-id'] = versionId;
  if (checksum) {
    headers[`x-amz-checksum-${checksum.algorithm}`] = checksum.value;
    headers['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  return headers;
}

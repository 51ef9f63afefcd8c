import { S3Error } from './errors.ts';
import { isValidBucketName } from './bucket-name.ts';

/** The operations that are carried out; every other one is named in a NotImplemented error. */
export type Operation =
  | 'ListBuckets'
  | 'HeadBucket'
  | 'GetBucketLocation'
  | 'ListObjectsV2'
  | 'PutBucketPolicy'
  | 'GetBucketPolicy'
  | 'DeleteBucketPolicy'
  | 'PutBucketNotificationConfiguration'
  | 'GetBucketNotificationConfiguration'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject';

const IMPLEMENTED: ReadonlySet<string> = new Set<Operation>([
  'ListBuckets',
  'HeadBucket',
  'GetBucketLocation',
  'ListObjectsV2',
  'PutBucketPolicy',
  'GetBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketNotificationConfiguration',
  'GetBucketNotificationConfiguration',
  'PutObject',
  'GetObject',
  'HeadObject',
  'DeleteObject',
]);

export interface Route {
  /** The API's name for what is asked, implemented or not. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

export function isImplemented(operation: string): operation is Operation {
  return IMPLEMENTED.has(operation);
}

/** Path-style addressing only: the SDKs use it for endpoints that are IP addresses. @throws S3Error InvalidURI */
export function readRoute(method: string, url: URL, headers: Readonly<Record<string, string>>): Route {
  const path = url.pathname;
  const slash = path.indexOf('/', 1);
  const bucket = decode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : decode(path.slice(slash + 1));
  if (bucket === '') return { operation: method === 'GET' ? 'ListBuckets' : `${method} /`, bucket, key };
  const operation = key === '' ? bucketOperation(method, url) : objectOperation(method, url, headers);
  return { operation, bucket, key };
}

/** @throws S3Error InvalidBucketName */
export function checkBucketName(bucket: string): void {
  if (!isValidBucketName(bucket)) throw new S3Error('InvalidBucketName', undefined, { BucketName: bucket });
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  HEAD: 'Head',
  POST: 'Post',
};

/** Query parameters that name a part of a bucket or of an object, and the word that the API's operations have for it. */
const BUCKET_PARTS: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

const OBJECT_PARTS: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
};

function bucketOperation(method: string, url: URL): string {
  const query = url.searchParams;
  for (const name of query.keys()) {
    const part = BUCKET_PARTS[name];
    if (part !== undefined) return `${VERBS[method] ?? method}${part}`;
  }
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (method === 'HEAD') return 'HeadBucket';
  if (method !== 'GET') return `${method} on a bucket`;
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function objectOperation(method: string, url: URL, headers: Readonly<Record<string, string>>): string {
  if (hasParameters(url.search)) {
    const query = url.searchParams;
    for (const name of query.keys()) {
      const part = OBJECT_PARTS[name];
      if (part !== undefined) return `${VERBS[method] ?? method}${part}`;
    }
    if (query.has('uploads')) return 'CreateMultipartUpload';
    if (query.has('uploadId')) return MULTIPART[method] ?? `${method} on a multipart upload`;
    if (query.has('restore')) return 'RestoreObject';
    if (query.has('select')) return 'SelectObjectContent';
    if (query.has('renameObject')) return 'RenameObject';
  }
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  return OBJECT_VERBS[method] ?? `${method} on an object`;
}

const MULTIPART: Readonly<Record<string, string>> = {
  PUT: 'UploadPart',
  GET: 'ListParts',
  POST: 'CompleteMultipartUpload',
  DELETE: 'AbortMultipartUpload',
};

const OBJECT_VERBS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** The SDK's own `?x-id=GetObject` says nothing that the method does not; spares parsing the query of most calls. */
export function hasParameters(search: string): boolean {
  return search !== '' && !(search.startsWith('?x-id=') && !search.includes('&'));
}

function decode(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

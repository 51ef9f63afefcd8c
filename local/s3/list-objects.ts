import type { AwsResponse } from '../ports.ts';
import type { Bucket } from './bucket.ts';
import { allowOnly, bucketOf, requireAccess, type S3Call } from './call.ts';
import { S3Error } from './errors.ts';
import { type Page, readPage } from './page.ts';
import type { Store } from './store.ts';
import { element, xmlResponse } from './xml.ts';

const PARAMETERS = [
  'list-type',
  'prefix',
  'delimiter',
  'start-after',
  'continuation-token',
  'max-keys',
  'encoding-type',
  'fetch-owner',
];
const MOST_KEYS = 1000;

interface ListQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly token: string | undefined;
  readonly maxKeys: number;
  readonly urlEncoded: boolean;
}

/** ListObjectsV2. @throws S3Error */
export function listObjects(call: S3Call, store: Store): AwsResponse {
  const query = call.request.url.searchParams;
  const bucket = bucketOf(call, store);
  const prefix = query.get('prefix');
  requireAccess(call, bucket, 's3:ListBucket', undefined, prefix === null ? {} : { 's3:prefix': prefix });
  allowOnly(call, PARAMETERS);
  const question = readQuestion(query);
  const resume = question.token === undefined ? { after: question.startAfter } : readToken(question.token);
  const page = readPage(bucket.keys, {
    prefix: question.prefix,
    delimiter: question.delimiter,
    maxKeys: question.maxKeys,
    after: '',
    afterPrefix: '',
    ...resume,
  });
  return xmlResponse(describePage(bucket, question, page));
}

function readQuestion(query: URLSearchParams): ListQuestion {
  const encoding = query.get('encoding-type') ?? '';
  if (encoding !== '' && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    startAfter: query.get('start-after') ?? '',
    token: query.get('continuation-token') ?? undefined,
    maxKeys: readMaxKeys(query.get('max-keys')),
    urlEncoded: encoding === 'url',
  };
}

/** More than 1,000 is answered with 1,000, as on S3. */
function readMaxKeys(text: string | null): number {
  if (text === null) return MOST_KEYS;
  if (!/^\d{1,10}$/.test(text))
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Math.min(Number(text), MOST_KEYS);
}

/** Opaque to callers: whether it resumes after a key (k) or after all that a common prefix stands for (p), and after which. */
function writeToken(next: NonNullable<Page['next']>): string {
  const text = 'after' in next ? `k${next.after}` : `p${next.afterPrefix}`;
  return Buffer.from(text, 'utf8').toString('base64url');
}

function readToken(token: string): NonNullable<Page['next']> {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith('k')) return { after: text.slice(1) };
  if (text.startsWith('p')) return { afterPrefix: text.slice(1) };
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}

function describePage(bucket: Bucket, question: ListQuestion, page: Page): string {
  const text = question.urlEncoded ? urlEncode : (value: string) => value;
  const optional = (name: string, value: string) => (value === '' ? '' : element(name, text(value)));
  const wholeSecond = secondsInWords();
  let contents = '';
  for (const key of page.keys) {
    const object = bucket.objects.get(key);
    if (!object) throw new Error(`the index of ${bucket.config.name} lists ${key}, which is not there`);
    contents +=
      `<Contents>${element('Key', text(key))}<LastModified>${wholeSecond(object.lastModifiedAt)}</LastModified>` +
      `<ETag>&quot;${object.etag}&quot;</ETag><Size>${object.bodyBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  }
  const prefixes = page.commonPrefixes
    .map((each) => `<CommonPrefixes>${element('Prefix', text(each))}</CommonPrefixes>`)
    .join('');
  return (
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    element('Name', bucket.config.name) +
    element('Prefix', text(question.prefix)) +
    optional('Delimiter', question.delimiter) +
    optional('StartAfter', question.startAfter) +
    (question.token === undefined ? '' : element('ContinuationToken', question.token)) +
    (page.next ? element('NextContinuationToken', writeToken(page.next)) : '') +
    element('KeyCount', String(page.keys.length + page.commonPrefixes.length)) +
    element('MaxKeys', String(question.maxKeys)) +
    (question.urlEncoded ? element('EncodingType', 'url') : '') +
    element('IsTruncated', String(page.next !== undefined)) +
    `${contents}${prefixes}</ListBucketResult>`
  );
}

/** Listings have whole seconds, as on S3. Neighbours often share theirs. */
function secondsInWords(): (at: number) => string {
  let second = Number.NaN;
  let words = '';
  return (at) => {
    const asked = Math.floor(at / 1000);
    if (asked !== second) {
      second = asked;
      words = new Date(asked * 1000).toISOString();
    }
    return words;
  };
}

function urlEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

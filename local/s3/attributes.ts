import { S3Error } from './errors.ts';

type Headers = Readonly<Record<string, string>>;

/** System headers that S3 keeps with an object and gives back as they were. */
const KEPT: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
]);

/** `x-amz-` headers of a PutObject that are understood elsewhere or ask for what is so anyway. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

const ONLY_VALUE: Readonly<Record<string, string>> = {
  'x-amz-server-side-encryption': 'AES256',
  'x-amz-storage-class': 'STANDARD',
  'x-amz-acl': 'private',
};

/** S3's limit: 2 KB over all names and values of user metadata. */
const MOST_METADATA_BYTES = 2048;

/**
 * What to keep of a PutObject's headers. A header that asks for something that would not be done is refused by name.
 * @throws S3Error NotImplemented, MetadataTooLarge
 */
export function keptHeaders(headers: Headers): Readonly<Record<string, string>> | undefined {
  let kept: Record<string, string> | undefined;
  let metadataBytes = 0;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (name.startsWith('x-amz-')) {
      if (name.startsWith('x-amz-meta-')) {
        metadataBytes += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
      } else {
        if (!UNDERSTOOD.has(name) && !name.startsWith('x-amz-checksum-') && ONLY_VALUE[name] !== value) {
          throw new S3Error('NotImplemented', `The header ${name}: ${value} is not implemented for PutObject`);
        }
        continue;
      }
    } else if (!KEPT.has(name)) {
      continue;
    }
    (kept ??= {})[name] = value;
  }
  if (metadataBytes > MOST_METADATA_BYTES) throw new S3Error('MetadataTooLarge');
  return kept;
}

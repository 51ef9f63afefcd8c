import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.ts';

type Headers = Readonly<Record<string, string>>;

const ALGORITHMS: Readonly<Record<string, (body: Buffer) => string>> = {
  crc32: (body) => {
    const value = Buffer.allocUnsafe(4);
    value.writeUInt32BE(crc32(body));
    return value.toString('base64');
  },
  sha1: (body) => hash('sha1', body, 'base64'),
  sha256: (body) => hash('sha256', body, 'base64'),
};

/** Headers of the family that carry no checksum. */
const OTHERS: ReadonlySet<string> = new Set(['mode', 'type', 'algorithm']);

/**
 * Verifies the checksums that a body came with.
 * @returns the flexible checksum, to be kept with the object
 * @throws S3Error BadDigest, InvalidDigest; NotImplemented for an algorithm that Node does not have
 */
export function verifyChecksums(
  headers: Headers,
  body: Buffer,
): { readonly algorithm: string; readonly value: string } | undefined {
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined) verifyMd5(contentMd5, body);
  for (const name in headers) {
    if (!name.startsWith('x-amz-checksum-')) continue;
    const algorithm = name.slice('x-amz-checksum-'.length);
    if (OTHERS.has(algorithm)) continue;
    const digest = ALGORITHMS[algorithm];
    if (!digest) {
      const known = Object.keys(ALGORITHMS).join(', ');
      throw new S3Error('NotImplemented', `The checksum ${algorithm} is not implemented; implemented: ${known}`);
    }
    const value = headers[name] ?? '';
    if (digest(body) !== value) {
      const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
      throw new S3Error('BadDigest', message);
    }
    return { algorithm, value };
  }
  return undefined;
}

function verifyMd5(contentMd5: string, body: Buffer): void {
  if (Buffer.from(contentMd5, 'base64').length !== 16) throw new S3Error('InvalidDigest');
  if (hash('md5', body, 'base64') !== contentMd5) throw new S3Error('BadDigest');
}

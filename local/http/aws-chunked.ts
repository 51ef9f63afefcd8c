/**
 * The `aws-chunked` content encoding, in which SDKs send a body whose checksum follows it: chunks of
 * `{size in hex}[;chunk-signature=…]\r\n{bytes}\r\n`, a chunk of size 0, then trailing headers.
 * Chunk signatures are not verified, as no signature is (see `sigv4.ts`).
 */
export class MalformedChunksError extends Error {
  override readonly name = 'MalformedChunksError';
}

export interface DecodedChunks {
  readonly body: Buffer;
  /** Names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

const LONGEST_CHUNK_HEADER = 256;
const MOST_TRAILERS = 16;

export function isAwsChunked(headers: Readonly<Record<string, string>>): boolean {
  return (
    headers['content-encoding']?.includes('aws-chunked') === true ||
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true
  );
}

/** @throws MalformedChunksError */
export function decodeAwsChunked(encoded: Buffer): DecodedChunks {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', at);
    if (lineEnd < 0 || lineEnd - at > LONGEST_CHUNK_HEADER) throw new MalformedChunksError('a chunk has no size line');
    const sizeText = encoded.toString('latin1', at, lineEnd).split(';', 1)[0]?.trim() ?? '';
    if (!/^[0-9a-fA-F]{1,8}$/.test(sizeText)) throw new MalformedChunksError(`"${sizeText}" is no chunk size in hex`);
    const size = Number.parseInt(sizeText, 16);
    at = lineEnd + 2;
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(encoded.toString('latin1', at)) };
    if (at + size + 2 > encoded.length) throw new MalformedChunksError('the last chunk is shorter than its size says');
    chunks.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line !== '');
  if (lines.length > MOST_TRAILERS) throw new MalformedChunksError(`more than ${MOST_TRAILERS} trailing headers`);
  const trailers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new MalformedChunksError(`"${line}" is no trailing header`);
    trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

/** The headers as a service should see them: trailers beside the others, the transfer's own coding gone. */
export function headersAfterDecoding(
  headers: Readonly<Record<string, string>>,
  trailers: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged: Record<string, string> = { ...headers };
  const announced = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  for (const [name, value] of Object.entries(trailers)) if (announced.includes(name)) merged[name] = value;
  const codings = (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked');
  if (codings.length > 0) merged['content-encoding'] = codings.join(',');
  else delete merged['content-encoding'];
  return merged;
}

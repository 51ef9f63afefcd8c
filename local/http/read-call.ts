import type { IncomingMessage } from 'node:http';
import type { AwsRequest, Principal } from '../ports.ts';
import { tooLarge } from './admission.ts';
import { decodeAwsChunked, headersAfterDecoding, isAwsChunked, MalformedChunksError } from './aws-chunked.ts';
import { readBody } from './body.ts';
import type { FrontError } from './error-answers.ts';

export type ReadCall =
  | { readonly kind: 'read'; readonly call: AwsRequest }
  | { readonly kind: 'refused'; readonly error: FrontError; readonly detail: string }
  | { readonly kind: 'aborted' };

/** Reads the body of an admitted call and makes of both what a service takes. */
export async function readCall(
  request: IncomingMessage,
  origin: string,
  principal: Principal,
  requestId: string,
): Promise<ReadCall> {
  const read = await readBody(request);
  if (read.kind === 'aborted') return read;
  if (read.kind === 'too-large') return { kind: 'refused', error: 'body-too-large', detail: tooLarge() };

  const target = request.url ?? '/';
  const url = new URL(origin + target);
  if (url.pathname !== pathOf(target)) {
    // The URL standard folds "." and ".." away; what is left would name another object.
    const detail = 'A path with "." or ".." segments, or with bytes left unencoded, is not implemented.';
    return { kind: 'refused', error: 'invalid-path', detail };
  }

  const received = request.headers as Readonly<Record<string, string>>;
  const method = request.method ?? 'GET';
  if (!isAwsChunked(received)) {
    return { kind: 'read', call: { method, url, headers: received, body: read.bytes, principal, requestId } };
  }
  const decoded = decode(received, read.bytes);
  if (typeof decoded === 'string') return { kind: 'refused', error: 'malformed-body', detail: decoded };
  return { kind: 'read', call: { method, url, ...decoded, principal, requestId } };
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** @returns what is wrong with the chunks, when something is. */
function decode(
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer } | string {
  try {
    const { body, trailers } = decodeAwsChunked(bytes);
    const announced = headers['x-amz-decoded-content-length'];
    if (announced !== undefined && Number(announced) !== body.length) {
      return `x-amz-decoded-content-length says ${announced} bytes, the chunks hold ${body.length}`;
    }
    return { headers: headersAfterDecoding(headers, trailers), body };
  } catch (error) {
    if (error instanceof MalformedChunksError) return error.message;
    throw error;
  }
}

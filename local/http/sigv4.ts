/**
 * Reads who calls what from a Signature Version 4 `Authorization` header.
 *
 * Signatures are NOT verified: this server listens on loopback only, and every user of the machine who can reach it could
 * as well read its state folder. The access key id alone says who the caller is, which is enough for policies to be
 * enforced as AWS would.
 */
export type Caller =
  | { readonly kind: 'signed'; readonly accessKeyId: string; readonly region: string; readonly service: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'presigned' }
  | { readonly kind: 'malformed'; readonly reason: string };

const SCHEME = 'AWS4-HMAC-SHA256 ';

/** @param target the request target as received, with its query. */
export function readCaller(authorization: string | undefined, target: string): Caller {
  if (authorization === undefined) return { kind: isPresigned(target) ? 'presigned' : 'unsigned' };
  if (!authorization.startsWith(SCHEME)) {
    return { kind: 'malformed', reason: `the Authorization header must begin with "${SCHEME.trim()}"` };
  }
  const start = authorization.indexOf('Credential=');
  if (start < 0) return { kind: 'malformed', reason: 'the Authorization header has no Credential' };
  const end = authorization.indexOf(',', start);
  const credential = authorization.slice(start + 'Credential='.length, end < 0 ? undefined : end);
  const parts = credential.trim().split('/');
  const [accessKeyId, , region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !region || !service || terminator !== 'aws4_request') {
    return { kind: 'malformed', reason: 'Credential must be {key id}/{date}/{region}/{service}/aws4_request' };
  }
  return { kind: 'signed', accessKeyId, region, service };
}

function isPresigned(target: string): boolean {
  return target.includes('X-Amz-Signature=') || target.includes('X-Amz-Credential=');
}

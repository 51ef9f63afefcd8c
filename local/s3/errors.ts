import type { AwsResponse } from '../ports.ts';
import { escapeXml } from '../http/escape-xml.ts';

/** S3's error codes that are used here, with status and S3's own words. Source: S3 API reference, "Error responses". */
const ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
  ConditionalRequestConflict: [
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified is not valid.'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, 'Your key is too long'],
  MalformedPolicy: [400, "Policies must be valid JSON and the first byte must be '{'"],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchBucketPolicy: [404, 'The bucket policy does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  SlowDown: [503, 'Please reduce your request rate.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type S3ErrorCode = keyof typeof ERRORS;

/** Further elements of the error document (`Key`, `BucketName`, `Condition`). */
export type S3ErrorDetails = Readonly<Record<string, string>>;

/** A call that S3 refuses. Lost races are answers, not errors (see `condition.ts`). */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: S3ErrorCode;
  readonly details: S3ErrorDetails;

  constructor(code: S3ErrorCode, message: string = ERRORS[code][1], details: S3ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export interface RefusedCall {
  readonly requestId: string;
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
}

export function errorResponse(
  call: RefusedCall,
  code: S3ErrorCode,
  message: string = ERRORS[code][1],
  details: S3ErrorDetails = {},
): AwsResponse {
  const status = ERRORS[code][0];
  if (call.method === 'HEAD') return { status };
  const elements = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>` +
      `${elements.join('')}<Resource>${escapeXml(call.path)}</Resource><RequestId>${call.requestId}</RequestId></Error>`,
  };
}

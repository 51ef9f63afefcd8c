import type { AwsResponse } from '../ports.ts';
import { escapeXml } from './escape-xml.ts';

/**
 * Errors that the front answers by itself, before any service sees the call. Each service has its own shape on the wire
 * (S3: XML; Lambda: REST JSON; CloudWatch Logs and SQS: JSON; CloudFormation: query XML) and its own word for the same thing.
 */
export type FrontError =
  | 'unsigned'
  | 'unknown-key'
  | 'presigned'
  | 'malformed-signature'
  | 'no-such-service'
  | 'body-too-large'
  | 'malformed-body'
  | 'invalid-path'
  | 'internal';

type Shape = 's3' | 'rest-json' | 'json' | 'query';

interface Wording {
  readonly status: number;
  readonly s3: string;
  readonly others: string;
  readonly message: string;
}

const WORDINGS: Readonly<Record<FrontError, Wording>> = {
  unsigned: { status: 403, s3: 'AccessDenied', others: 'MissingAuthenticationToken', message: 'Access Denied' },
  'unknown-key': {
    status: 403,
    s3: 'InvalidAccessKeyId',
    others: 'UnrecognizedClientException',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  presigned: {
    status: 501,
    s3: 'NotImplemented',
    others: 'NotImplemented',
    message: 'Presigned URLs are not implemented; sign with the Authorization header.',
  },
  'malformed-signature': {
    status: 400,
    s3: 'AuthorizationHeaderMalformed',
    others: 'IncompleteSignature',
    message: 'The authorization header that you provided is not valid.',
  },
  'no-such-service': { status: 501, s3: 'NotImplemented', others: 'NotImplemented', message: 'Not implemented.' },
  'body-too-large': {
    status: 413,
    s3: 'EntityTooLarge',
    others: 'RequestEntityTooLargeException',
    message: 'Your proposed upload exceeds the maximum allowed size',
  },
  'malformed-body': { status: 400, s3: 'IncompleteBody', others: 'SerializationException', message: 'Malformed body.' },
  'invalid-path': {
    status: 400,
    s3: 'InvalidURI',
    others: 'InvalidRequestContentException',
    message: "Couldn't parse the specified URI.",
  },
  internal: {
    status: 500,
    s3: 'InternalError',
    others: 'InternalFailure',
    message: 'We encountered an internal error. Please try again.',
  },
};

const SHAPES: Readonly<Record<string, Shape>> = {
  s3: 's3',
  lambda: 'rest-json',
  logs: 'json',
  sqs: 'json',
  cloudformation: 'query',
};

/** @param detail replaces the usual message where it can say more. */
export function errorAnswer(serviceName: string, error: FrontError, requestId: string, detail?: string): AwsResponse {
  const wording = WORDINGS[error];
  const shape = SHAPES[serviceName] ?? 'rest-json';
  const message = detail ?? wording.message;
  const code = shape === 's3' ? wording.s3 : wording.others;
  if (shape === 's3' || shape === 'query') {
    const text = escapeXml(message);
    const body =
      shape === 's3'
        ? `<Error><Code>${code}</Code><Message>${text}</Message><RequestId>${requestId}</RequestId></Error>`
        : `<ErrorResponse><Error><Type>Sender</Type><Code>${queryCode(code)}</Code><Message>${text}</Message></Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return {
      status: wording.status,
      headers: { 'content-type': shape === 's3' ? 'application/xml' : 'text/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
    };
  }
  return {
    status: wording.status,
    headers: {
      'content-type': shape === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
      'x-amzn-errortype': code,
    },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** The query protocol has an older name for a key that nobody knows. */
function queryCode(code: string): string {
  return code === 'UnrecognizedClientException' ? 'InvalidClientTokenId' : code;
}

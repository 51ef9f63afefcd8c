import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../local/http/admission.ts';
import { createIdentities } from '../../../local/iam/identities.ts';

const authorization =
  'AWS4-HMAC-SHA256 Credential=local-root/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

describe('a call to a service that is not here', () => {
  it.each([
    [
      { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      'ListTables of the service "dynamodb" is not implemented here.',
    ],
    [{}, 'POST /tables of the service "dynamodb" is not implemented here.'],
  ])('is refused with the name of its operation', (headers, detail) => {
    const request = { method: 'POST', url: '/tables', headers: { authorization, ...headers } } as unknown;
    expect(admit(request as IncomingMessage, new Map(), createIdentities())).toMatchObject({
      error: 'no-such-service',
      detail,
    });
  });
});

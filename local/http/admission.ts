import type { IncomingMessage } from 'node:http';
import { type Identities, LOCAL_REGION, type Principal, type Service } from '../ports.ts';
import { announcesTooLarge, MOST_BODY_BYTES } from './body.ts';
import type { FrontError } from './error-answers.ts';
import { readCaller } from './sigv4.ts';

/** What can be said of a call before its body is read. `serviceName` is known, or guessed, even of a refused one. */
export type Admission =
  | {
      readonly kind: 'admitted';
      readonly serviceName: string;
      readonly service: Service;
      readonly principal: Principal;
    }
  | { readonly kind: 'refused'; readonly serviceName: string; readonly error: FrontError; readonly detail?: string };

export function admit(
  request: IncomingMessage,
  services: ReadonlyMap<string, Service>,
  identities: Identities,
): Admission {
  const { headers } = request;
  const caller = readCaller(headers.authorization, request.url ?? '/');
  if (caller.kind !== 'signed') {
    const serviceName = guessService(headers as Readonly<Record<string, string>>);
    if (caller.kind === 'malformed') return refused(serviceName, 'malformed-signature', caller.reason);
    return refused(serviceName, caller.kind);
  }
  const serviceName = caller.service;
  const service = services.get(serviceName);
  if (!service) {
    const what = `${operationOf(request)} of the service "${serviceName}"`;
    return refused(serviceName, 'no-such-service', `${what} is not implemented here.`);
  }
  const principal = identities.principalOf(caller.accessKeyId);
  if (!principal) return refused(serviceName, 'unknown-key');
  if (caller.region !== LOCAL_REGION) {
    const problem = `the region '${caller.region}' is wrong; expecting '${LOCAL_REGION}'`;
    return refused(serviceName, 'malformed-signature', problem);
  }
  if (announcesTooLarge(request)) return refused(serviceName, 'body-too-large', tooLarge());
  return { kind: 'admitted', serviceName, service, principal };
}

/** The operation where a header names it (the JSON protocols), the method and path elsewhere. */
function operationOf({ headers, method, url }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.').at(-1) ?? target) : `${method} ${url}`.slice(0, 200);
}

export function tooLarge(): string {
  return `Your proposed upload exceeds the maximum allowed size of ${MOST_BODY_BYTES} bytes`;
}

function refused(serviceName: string, error: FrontError, detail?: string): Admission {
  return { kind: 'refused', serviceName, error, ...(detail === undefined ? {} : { detail }) };
}

/** An unsigned call names no service; Logs, SQS and CloudFormation can be told from S3 by what they send. */
function guessService(headers: Readonly<Record<string, string>>): string {
  if (headers['x-amz-target']?.startsWith('Logs_')) return 'logs';
  if (headers['x-amz-target']?.startsWith('AmazonSQS.')) return 'sqs';
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'cloudformation';
  return 's3';
}

import { LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';

const ARN_START = `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:`;

export function queueArnOf(name: string): string {
  return ARN_START + name;
}

/** The name of a queue of this account and region. */
export function queueNameIn(arn: string): string | undefined {
  return arn.startsWith(ARN_START) ? arn.slice(ARN_START.length) : undefined;
}

/** As a template's `Ref` has it: the service's own endpoint, for a client that is told another one goes there. */
export const SERVICE_ENDPOINT = `https://sqs.${LOCAL_REGION}.amazonaws.com`;

export function queueUrlOf(endpoint: string, name: string): string {
  return `${endpoint}/${LOCAL_ACCOUNT}/${name}`;
}

/**
 * The name of a queue of this account. Only the path counts: a client reaches the queue through whatever endpoint it has
 * been given, and the endpoint's port may have changed since it learnt the URL.
 */
export function queueNameInUrl(url: string): string | undefined {
  const match = /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([^/]+)$/.exec(url);
  return match?.[1] === LOCAL_ACCOUNT ? match[2] : undefined;
}

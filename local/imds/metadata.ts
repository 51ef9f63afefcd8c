import type { RoleCredentials } from './role-credentials.ts';
import type { SessionTokens } from './session-tokens.ts';

/** What an instance can learn about itself. */
export interface InstanceFacts {
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  /** The end of its ARN: the name by which its credentials are asked for. */
  readonly roleName: string;
  readonly credentials: () => RoleCredentials;
}

export interface MetadataRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface MetadataAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIFETIME_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
/** AWS's own limit: six hours. */
const MOST_SECONDS = 21_600;

/** Version 2 only, as the launch template demands: without a token nothing is answered, not even that it is not there. */
export function answerMetadata(request: MetadataRequest, facts: InstanceFacts, tokens: SessionTokens): MetadataAnswer {
  const { method, path, headers } = request;
  if (path === '/latest/api/token') return method === 'PUT' ? newToken(headers, tokens) : refused(405);
  if (method !== 'GET') return refused(405);
  const token = headers[TOKEN_HEADER];
  if (typeof token !== 'string' || !tokens.isGood(token)) return refused(401);
  const body = CONTENT[path]?.(facts) ?? (path === CREDENTIALS + facts.roleName ? credentialsOf(facts) : undefined);
  return body === undefined ? refused(404) : { status: 200, body };
}

const CREDENTIALS = '/latest/meta-data/iam/security-credentials/';

const CONTENT: Readonly<Partial<Record<string, (facts: InstanceFacts) => string>>> = {
  [CREDENTIALS]: ({ roleName }) => roleName,
  '/latest/meta-data/instance-id': ({ instanceId }) => instanceId,
  '/latest/dynamic/instance-identity/document': ({ account, instanceId, region }) =>
    JSON.stringify({ accountId: account, instanceId, region, version: '2017-09-30' }, undefined, 2),
};

function newToken(headers: MetadataRequest['headers'], tokens: SessionTokens): MetadataAnswer {
  // Whoever forwards for somebody else must not fetch the instance's credentials for them.
  if (headers['x-forwarded-for'] !== undefined) return refused(403);
  const asked = headers[LIFETIME_HEADER];
  const seconds = typeof asked === 'string' && /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  if (seconds < 1 || seconds > MOST_SECONDS) return refused(400);
  return { status: 200, body: tokens.issue(seconds), headers: { [LIFETIME_HEADER]: String(seconds) } };
}

function credentialsOf({ credentials }: InstanceFacts): string {
  const { accessKeyId, secretAccessKey, sessionToken, issuedAt, expiresAt } = credentials();
  const answer = {
    Code: 'Success',
    LastUpdated: inSeconds(issuedAt),
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: inSeconds(expiresAt),
  };
  return JSON.stringify(answer, undefined, 2);
}

/** As EC2 writes it: without milliseconds. */
function inSeconds(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function refused(status: number): MetadataAnswer {
  return { status, body: '' };
}

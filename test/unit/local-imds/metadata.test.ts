import { beforeEach, describe, expect, it } from 'vitest';
import { answerMetadata, type InstanceFacts, type MetadataAnswer } from '../../../local/imds/metadata.ts';
import { createRoleCredentials } from '../../../local/imds/role-credentials.ts';
import { createSessionTokens, type SessionTokens } from '../../../local/imds/session-tokens.ts';

const CREDENTIALS = '/latest/meta-data/iam/security-credentials/';
const START = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;

let now: number;
let tokens: SessionTokens;
let issued: number;
let facts: InstanceFacts;
beforeEach(() => {
  now = START;
  issued = 0;
  tokens = createSessionTokens(() => now);
  const identities = {
    issue: (arn: string) => ({ accessKeyId: `key-${++issued} of ${arn}`, secretAccessKey: 's', sessionToken: 't' }),
  };
  facts = {
    instanceId: 'i-00000000000000001',
    region: 'us-east-1',
    account: '000000000000',
    roleName: 'node',
    credentials: createRoleCredentials('role/node', identities, () => now),
  };
});

function ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}): MetadataAnswer {
  return answerMetadata({ method, path, headers }, facts, tokens);
}

function tokenFor(seconds: string): string {
  return ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': seconds }).body;
}

function get(path: string, token = tokenFor('60')): MetadataAnswer {
  return ask('GET', path, { 'x-aws-ec2-metadata-token': token });
}

describe('the instance metadata service', () => {
  it('answers nothing without a token, not even what it does not have', () => {
    for (const path of [CREDENTIALS, '/latest/meta-data/instance-id', '/no-such-thing']) {
      expect(ask('GET', path)).toEqual({ status: 401, body: '' });
    }
  });

  it('answers nothing for a token that has ended, is of another service, or says a later end', () => {
    const token = tokenFor('60');
    const [end = '', signature = ''] = token.split('.');
    expect(get(CREDENTIALS, `${Number(end) + 1}.${signature}`).status).toBe(401);
    expect(get(CREDENTIALS, createSessionTokens(() => now).issue(60)).status).toBe(401);
    expect(get(CREDENTIALS, '').status).toBe(401);
    now += 59_999;
    expect(get(CREDENTIALS, token).status).toBe(200);
    now += 1;
    expect(get(CREDENTIALS, token).status).toBe(401);
  });

  it.each(['0', '21601', '-1', '1.5', 'long', ''])('gives no token for %j seconds', (seconds) => {
    const header = { 'x-aws-ec2-metadata-token-ttl-seconds': seconds };
    expect(ask('PUT', '/latest/api/token', header)).toEqual({ status: 400, body: '' });
  });

  it('gives no token without a lifetime, and none to who asks for somebody else', () => {
    expect(ask('PUT', '/latest/api/token').status).toBe(400);
    const forwarded = { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '10.0.0.1' };
    expect(ask('PUT', '/latest/api/token', forwarded).status).toBe(403);
  });

  it('takes no other methods', () => {
    expect(ask('GET', '/latest/api/token').status).toBe(405);
    expect(ask('POST', CREDENTIALS).status).toBe(405);
  });

  it('has no other roles and no other paths', () => {
    for (const path of [`${CREDENTIALS}other`, `${CREDENTIALS}node/`, '/latest/user-data', '/latest/toString']) {
      expect(get(path).status).toBe(404);
    }
  });

  it('names the role, and gives its credentials with their end', () => {
    expect(get(CREDENTIALS)).toEqual({ status: 200, body: 'node' });
    expect(JSON.parse(get(`${CREDENTIALS}node`).body)).toEqual({
      Code: 'Success',
      Type: 'AWS-HMAC',
      AccessKeyId: 'key-1 of role/node',
      SecretAccessKey: 's',
      Token: 't',
      LastUpdated: '2026-11-23T12:00:00Z',
      Expiration: '2026-11-23T12:15:00Z',
    });
  });

  it('gives everybody the same credentials, and new ones while the old ones are still good', () => {
    const keyNow = () => (JSON.parse(get(`${CREDENTIALS}node`).body) as { AccessKeyId: string }).AccessKeyId;
    expect([keyNow(), keyNow()]).toEqual(['key-1 of role/node', 'key-1 of role/node']);
    // The SDK comes back when 5 of the 15 minutes are left.
    now += 10 * MINUTE;
    expect(keyNow()).toBe('key-2 of role/node');
  });

  it('says which instance of which account it is', () => {
    expect(get('/latest/meta-data/instance-id').body).toBe('i-00000000000000001');
    expect(JSON.parse(get('/latest/dynamic/instance-identity/document').body)).toEqual({
      accountId: '000000000000',
      instanceId: 'i-00000000000000001',
      region: 'us-east-1',
      version: '2017-09-30',
    });
  });
});

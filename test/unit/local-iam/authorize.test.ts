import { describe, expect, it } from 'vitest';
import { type AccessQuestion, authorize } from '../../../local/iam/authorize.ts';
import type { PolicyStatement, Principal } from '../../../local/ports.ts';

const ROLE = 'arn:aws:iam::000000000000:role/payment';
const ACCOUNT = 'arn:aws:iam::000000000000:root';

const role = (...statements: PolicyStatement[]): Principal => ({
  arn: ROLE,
  policies: [{ Statement: statements }],
  isRoot: false,
});
const root: Principal = { arn: ACCOUNT, policies: [], isRoot: true };
const allow: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::stores/*' };
const deny: PolicyStatement = { ...allow, Effect: 'Deny' };
const ask = (principal: Principal, more: Partial<AccessQuestion> & { bucket?: PolicyStatement[] } = {}) => {
  const { bucket, ...rest } = more;
  return authorize({
    principal,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::stores/orders/1',
    ...(bucket ? { bucketPolicy: { Statement: bucket } } : {}),
    ...rest,
  });
};

describe('evaluation', () => {
  it('denies what nothing allows', () => {
    expect(ask(role())).toBe('denied');
  });

  it('lets an explicit deny win over every allow, wherever the two stand', () => {
    expect(ask(role(allow, deny))).toBe('denied');
    expect(ask(role(deny), { bucket: [{ ...allow, Principal: '*' }] })).toBe('denied');
    expect(ask(role(allow), { bucket: [{ ...deny, Principal: '*' }] })).toBe('denied');
  });

  it('needs only one allow, of the identity or of the resource', () => {
    expect(ask(role(allow))).toBe('allowed');
    expect(ask(role(), { bucket: [{ ...allow, Principal: { AWS: ROLE } }] })).toBe('allowed');
  });

  it('gives the root everything but what a resource policy denies to everybody', () => {
    expect(ask(root)).toBe('allowed');
    for (const Principal of ['*', { AWS: '*' }, { AWS: ACCOUNT }, { AWS: '000000000000' }] as const) {
      expect(ask(root, { bucket: [{ ...deny, Principal }] })).toBe('denied');
    }
    expect(ask(root, { bucket: [{ ...deny, Principal: { AWS: ROLE } }] })).toBe('allowed');
  });
});

describe('principals', () => {
  it.each([
    ['*', 'allowed'],
    [{ AWS: '*' }, 'allowed'],
    [{ AWS: [`${ROLE}-other`, ROLE] }, 'allowed'],
    [{ AWS: `${ROLE}-other` }, 'denied'],
    [{ Service: 's3.amazonaws.com' }, 'denied'],
  ] as const)('%j: %s', (Principal, verdict) => {
    expect(ask(role(), { bucket: [{ ...allow, Principal }] })).toBe(verdict);
  });

  it('naming the account in an allow leaves the decision to identity policies', () => {
    const bucket = [{ ...allow, Principal: { AWS: ACCOUNT } }];
    expect(ask(role(), { bucket })).toBe('denied');
    expect(ask(role(allow), { bucket })).toBe('allowed');
  });

  it('naming the account in a deny covers its roles', () => {
    expect(ask(role(allow), { bucket: [{ ...deny, Principal: { AWS: ACCOUNT } }] })).toBe('denied');
  });

  it('knows a service by its name', () => {
    const service: Principal = { arn: 's3.amazonaws.com', policies: [], isRoot: false };
    expect(ask(service, { bucket: [{ ...allow, Principal: { Service: 's3.amazonaws.com' } }] })).toBe('allowed');
    expect(ask(service, { bucket: [{ ...allow, Principal: { AWS: ACCOUNT } }] })).toBe('denied');
  });
});

describe('actions and resources', () => {
  it.each([
    ['s3:GetObject', 'allowed'],
    ['S3:getobject', 'allowed'],
    ['s3:Get*', 'allowed'],
    ['s3:?etObject', 'allowed'],
    ['*', 'allowed'],
    [['s3:PutObject', 's3:GetObject'], 'allowed'],
    ['s3:GetObjec', 'denied'],
    ['s3:GetObject?', 'denied'],
    ['s3:Put*', 'denied'],
  ] as const)('action %j: %s', (Action, verdict) => {
    expect(ask(role({ ...allow, Action }))).toBe(verdict);
  });

  it.each([
    ['arn:aws:s3:::stores/orders/1', 'allowed'],
    ['arn:aws:s3:::stores/*', 'allowed'],
    ['arn:aws:s3:::*/1', 'allowed'],
    ['arn:aws:s3:::stores/orders/?', 'allowed'],
    ['*', 'allowed'],
    ['arn:aws:s3:::stores', 'denied'],
    ['arn:aws:s3:::STORES/*', 'denied'],
    ['arn:aws:s3:::stores/orders/', 'denied'],
  ])('resource %s: %s', (Resource, verdict) => {
    expect(ask(role({ ...allow, Resource }))).toBe(verdict);
  });
});

describe('conditions', () => {
  const context = { 's3:prefix': 'orders/1', 'aws:SourceArn': 'arn:aws:s3:::stores' };
  it.each<[object, 'allowed' | 'denied']>([
    [{ Bool: { 'aws:SecureTransport': 'true' } }, 'allowed'],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, 'denied'],
    [{ NumericLessThan: { 's3:TlsVersion': '1.2' } }, 'denied'],
    [{ StringEquals: { 's3:prefix': ['a', 'orders/1'] } }, 'allowed'],
    [{ StringEquals: { 's3:prefix': 'orders/' } }, 'denied'],
    [{ StringEquals: { 'S3:Prefix': 'orders/1' } }, 'allowed'],
    [{ StringLike: { 's3:prefix': 'orders/*' } }, 'allowed'],
    [{ StringNotEquals: { 's3:prefix': ['a', 'orders/1'] } }, 'denied'],
    [{ StringNotEquals: { 's3:prefix': ['a', 'b'] } }, 'allowed'],
    [{ StringNotEquals: { 'aws:SourceAccount': 'a' } }, 'allowed'],
    [{ StringEquals: { 'aws:SourceAccount': 'a' } }, 'denied'],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'allowed'],
    [{ ArnEquals: { 'aws:PrincipalArn': ROLE } }, 'allowed'],
    [{ ArnEquals: { 'aws:PrincipalArn': `${ROLE}x` } }, 'denied'],
    [{ Null: { 's3:if-match': 'true' } }, 'allowed'],
    [{ Null: { 's3:prefix': 'true' } }, 'denied'],
    [{ Null: { 's3:prefix': 'false' } }, 'allowed'],
    [{ StringLike: { 's3:prefix': 'orders/*' }, Bool: { 'aws:SecureTransport': 'false' } }, 'denied'],
  ])('%j: %s', (Condition, verdict) => {
    expect(ask(role({ ...allow, Condition: Condition as PolicyStatement['Condition'] & object }), { context })).toBe(
      verdict,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import { validatePolicy } from '../../../local/iam/policy.ts';

const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const validate = (more: object) =>
  validatePolicy({ Statement: [{ ...statement, ...more }] }, 'resource', 'bucket policy');

describe('a policy', () => {
  it.each<[object, string]>([
    [{ NotAction: 's3:*' }, 'NotAction'],
    [{ NotResource: '*' }, 'NotResource'],
    [{ NotPrincipal: '*' }, 'NotPrincipal'],
    [{ Effect: 'allow' }, 'Effect'],
    [{ Action: [] }, 'Action'],
    [{ Resource: 7 }, 'Resource'],
    [{ Resource: 'arn:aws:s3:::${aws:username}' }, 'policy variables'],
    [{ Principal: undefined }, 'Principal'],
    [{ Principal: { Federated: 'x' } }, 'Federated'],
    [{ Principal: { AWS: 'arn:aws:iam::1:role/*' } }, 'written out'],
    [{ Condition: { DateLessThan: { 'aws:SourceArn': 'x' } } }, 'DateLessThan'],
    [{ Condition: { StringEquals: { 'aws:userid': 'x' } } }, 'aws:userid'],
    [{ Conditions: {} }, 'Conditions'],
  ])('%j is refused with a message that names %s', (more, named) => {
    expect(() => validate(more)).toThrow(named);
    expect(() => validate(more)).toThrow('bucket policy: statement 0');
  });

  it('may have its one statement outside an array', () => {
    expect(validatePolicy({ Version: '2012-10-17', Statement: statement }, 'resource').Statement).toEqual([statement]);
  });

  it('of an identity has no principal', () => {
    expect(() => validatePolicy({ Statement: [statement] }, 'identity')).toThrow('Principal is not allowed');
  });

  it.each([undefined, 'text', [], {}, { Statement: [] }, { Statement: [statement], Extra: 1 }])(
    'cannot be %j',
    (document) => {
      expect(() => validatePolicy(document, 'resource')).toThrow('policy');
    },
  );
});

describe('identities', () => {
  const arn = 'arn:aws:iam::000000000000:role/payment';
  const policies = [{ Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] }];

  it('know a key by the role it was issued for, and the role by its newest policies', () => {
    const identities = createIdentities();
    identities.putRole({ arn, policies });
    const { accessKeyId } = identities.issue(arn);
    expect(identities.principalOf(accessKeyId)).toMatchObject({ arn, isRoot: false, policies });
    identities.putRole({ arn, policies: [] });
    expect(identities.principalOf(accessKeyId)).toMatchObject({ policies: [] });
  });

  it('issue different keys each time and know nobody else', () => {
    const identities = createIdentities();
    identities.putRole({ arn, policies });
    expect(identities.issue(arn).accessKeyId).not.toBe(identities.issue(arn).accessKeyId);
    expect(identities.principalOf('AKIAUNKNOWN')).toBeUndefined();
    expect(identities.principalOf(ROOT_CREDENTIALS.accessKeyId)?.isRoot).toBe(true);
  });

  it('keep a key that is used, however many others are issued', () => {
    const identities = createIdentities();
    identities.putRole({ arn, policies });
    const used = identities.issue(arn).accessKeyId;
    const unused = identities.issue(arn).accessKeyId;
    for (let issued = 0; issued < 10_000; issued++) {
      identities.issue(arn);
      if (issued % 100 === 0) identities.principalOf(used);
    }
    expect(identities.principalOf(used)).toBeDefined();
    expect(identities.principalOf(unused)).toBeUndefined();
  });

  it('issue nothing for a role that does not exist, and take no role whose policy they could not honour', () => {
    const identities = createIdentities();
    expect(() => identities.issue(arn)).toThrow(arn);
    const Statement = [{ Effect: 'Allow' as const, Action: '*', Resource: '*', Condition: { IpAddress: { a: 'b' } } }];
    expect(() => identities.putRole({ arn, policies: [{ Statement }] })).toThrow(/payment.*IpAddress/);
  });
});

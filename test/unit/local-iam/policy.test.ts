import { describe, expect, it } from 'vitest';
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

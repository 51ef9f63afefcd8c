import { describe, expect, it } from 'vitest';
import type { RecordedDecision } from '../../../local/iam/access-record.ts';
import type { PolicyStatement } from '../../../local/ports.ts';
import { comparePermissions, type Comparison } from '../../integration/permissions/compare-permissions.ts';
import { permissionsOf } from '../../integration/permissions/permission.ts';

const STATEMENT: PolicyStatement = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: ['bucket/a/*', 'bucket/b/*'],
};

const roleWith = (statement: PolicyStatement) => [
  { arn: 'role', trustedServices: [], policies: [{ Statement: [statement] }] },
];

function compare(asked: readonly string[], reasons: Readonly<Record<string, string>> = {}): Comparison {
  const decisions = asked.map((line): RecordedDecision => {
    const [principalArn = '', action = '', resource = ''] = line.split(' ');
    return { at: 0, principalArn, action, resource, verdict: 'denied' };
  });
  return comparePermissions({
    allowed: permissionsOf(roleWith(STATEMENT)),
    decisions,
    reasons,
    nameOf: (arn) => `<${arn}>`,
  });
}

const EACH = ['GetObject', 'PutObject'].flatMap((verb) =>
  ['a', 'b'].map((folder) => `role s3:${verb} bucket/${folder}/key`),
);

describe('what was asked for and what is allowed', () => {
  it('differ where something was asked for that no policy of the role allows', () => {
    expect(compare([...EACH, 'role s3:GetObject bucket/c/key', 'role s3:GetObject bucket/c/key']).missing).toEqual([
      '<role> s3:GetObject on <bucket/c/key>',
    ]);
  });

  it('differ where one action on one pattern of a statement was never asked for', () => {
    expect(compare(EACH.slice(1)).unused).toEqual(['<role> s3:GetObject on <bucket/a/*>']);
  });

  it('agree about an unused permission that has a reason', () => {
    const reasons = { '<role> s3:GetObject on <bucket/a/*>': 'reason' };
    expect(compare(EACH.slice(1), reasons)).toEqual({ missing: [], unused: [], stale: [] });
  });

  it('differ where a reason is given for what was used, or for what nobody may do', () => {
    const reasons = { '<role> s3:GetObject on <bucket/a/*>': 'used', '<role> s3:ListBucket on <bucket>': 'gone' };
    expect(compare(EACH, reasons).stale).toEqual(Object.keys(reasons));
  });

  it('agree when everything was asked for; what others asked for does not matter', () => {
    const others = ['root s3:DeleteObject bucket/a/key', 's3.amazonaws.com lambda:InvokeFunction worker'];
    expect(compare([...EACH, ...others])).toEqual({ missing: [], unused: [], stale: [] });
  });

  it('cannot be compared where a statement denies, or holds only sometimes', () => {
    expect(() => permissionsOf(roleWith({ ...STATEMENT, Effect: 'Deny' }))).toThrow('role has a statement');
    const Condition = { StringLike: { 's3:prefix': 'a/' } };
    expect(() => permissionsOf(roleWith({ ...STATEMENT, Condition }))).toThrow('role has a statement');
  });
});

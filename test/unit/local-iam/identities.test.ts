import { describe, expect, it } from 'vitest';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';

const NODE = 'arn:aws:iam::000000000000:role/node';
const PAYMENT = 'arn:aws:iam::000000000000:role/payment';

function identitiesWith(...roleArns: readonly string[]) {
  const identities = createIdentities();
  for (const arn of roleArns) identities.putRole({ arn, policies: [] });
  return identities;
}

describe('an access key', () => {
  it('means the role that it was issued for', () => {
    const identities = identitiesWith(NODE, PAYMENT);
    for (const arn of [NODE, PAYMENT]) {
      const { accessKeyId } = identities.issue(arn);
      expect(accessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/);
      expect(identities.principalOf(accessKeyId)).toMatchObject({ arn, isRoot: false });
    }
  });

  it('means what its role may do now, not what it might do when the key was issued', () => {
    const identities = identitiesWith(NODE);
    const { accessKeyId } = identities.issue(NODE);
    const policies = [{ Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] }];
    identities.putRole({ arn: NODE, policies });
    expect(identities.principalOf(accessKeyId)).toMatchObject({ policies });
    identities.putRole({ arn: NODE, policies: [] });
    expect(identities.principalOf(accessKeyId)).toMatchObject({ policies: [] });
  });

  it('is another one each time, and the root has one of its own', () => {
    const identities = identitiesWith(NODE);
    expect(identities.issue(NODE).accessKeyId).not.toBe(identities.issue(NODE).accessKeyId);
    expect(identities.principalOf(ROOT_CREDENTIALS.accessKeyId)?.isRoot).toBe(true);
  });

  it('outlives the process that issued it, so that a killed AWS forgets nobody', () => {
    const { accessKeyId } = identitiesWith(NODE, PAYMENT).issue(NODE);
    expect(identitiesWith(PAYMENT, NODE).principalOf(accessKeyId)).toMatchObject({ arn: NODE });
  });

  it('means nobody where there is no such role, or when it is none of ours', () => {
    const { accessKeyId } = identitiesWith(NODE).issue(NODE);
    expect(identitiesWith(PAYMENT).principalOf(accessKeyId)).toBeUndefined();
    for (const other of ['', 'AKIAIOSFODNN7EXAMPLE', accessKeyId.slice(0, 12), `${accessKeyId}0`])
      expect(identitiesWith(NODE).principalOf(other)).toBeUndefined();
  });

  it('is issued for no role that there is not', () => {
    expect(() => identitiesWith(NODE).issue(PAYMENT)).toThrow(`no role ${PAYMENT}`);
  });
});

it('takes no role whose policy it could not honour', () => {
  const Statement = [{ Effect: 'Allow' as const, Action: '*', Resource: '*', Condition: { IpAddress: { a: 'b' } } }];
  expect(() => createIdentities().putRole({ arn: PAYMENT, policies: [{ Statement }] })).toThrow(/payment.*IpAddress/);
});

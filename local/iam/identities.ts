import { randomBytes } from 'node:crypto';
import { type Credentials, type Identities, LOCAL_ACCOUNT, type PolicyDocument, type Principal } from '../ports.ts';
import { validatePolicy } from './policy.ts';

/** The account's own key. It guards nothing (signatures are not verified) and is the same for every run. */
export const ROOT_CREDENTIALS: Credentials = {
  accessKeyId: 'local-root',
  secretAccessKey: 'local-root-secret',
  sessionToken: '',
};

const ROOT: Principal = { arn: `arn:aws:iam::${LOCAL_ACCOUNT}:root`, policies: [], isRoot: true };

/** Keys that are remembered; those unused for longest are forgotten first, long after their sandbox is gone. */
const MOST_KEYS = 10_000;

/**
 * Roles and the short-lived keys issued for them. A key means its role, not the policies of the moment it was issued: a
 * role that is put again (as by a stack update) changes what every key of it may do, at once.
 */
export function createIdentities(): Identities {
  const roles = new Map<string, Principal>();
  const keys = new Map<string, string>();
  return {
    putRole({ arn, policies }) {
      const checked: PolicyDocument[] = policies.map((policy, index) =>
        validatePolicy(policy, 'identity', `policy ${index} of ${arn}`),
      );
      roles.set(arn, { arn, policies: checked, isRoot: false });
    },
    issue(roleArn) {
      if (!roles.has(roleArn)) throw new Error(`no role ${roleArn}: put the role before issuing keys for it`);
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      keys.set(accessKeyId, roleArn);
      if (keys.size > MOST_KEYS) forgetLeastUsed(keys);
      return {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
    },
    principalOf(accessKeyId) {
      if (accessKeyId === ROOT_CREDENTIALS.accessKeyId) return ROOT;
      const roleArn = keys.get(accessKeyId);
      if (roleArn === undefined) return undefined;
      keys.delete(accessKeyId);
      keys.set(accessKeyId, roleArn);
      return roles.get(roleArn);
    },
    principalOfRole: (roleArn) => roles.get(roleArn),
  };
}

function forgetLeastUsed(keys: Map<string, string>): void {
  const oldest = keys.keys().next();
  if (!oldest.done) keys.delete(oldest.value);
}

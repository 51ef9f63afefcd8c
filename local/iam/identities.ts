import { createHash, randomBytes } from 'node:crypto';
import { type Credentials, type Identities, LOCAL_ACCOUNT, type PolicyDocument, type Principal } from '../ports.ts';
import { validatePolicy } from './policy.ts';

/** The account's own key. It guards nothing (signatures are not verified) and is the same for every run. */
export const ROOT_CREDENTIALS: Credentials = {
  accessKeyId: 'local-root',
  secretAccessKey: 'local-root-secret',
  sessionToken: '',
};

const ROOT: Principal = { arn: `arn:aws:iam::${LOCAL_ACCOUNT}:root`, policies: [], isRoot: true };

/** How an access key id of a role begins on AWS, and the two halves of what follows. */
const PREFIX = 'ASIA';
const HALF_HEX = 8;

/**
 * Roles and the short-lived keys issued for them. A key carries its role instead of being remembered: it outlives the
 * process that issued it, as keys of AWS outlive everything of AWS that breaks, and issuing many fills nothing. It means
 * the role, not the policies of the moment it was issued: a role that is put again (as by a stack update) changes what
 * every key of it may do, at once.
 */
export function createIdentities(): Identities {
  const roles = new Map<string, Principal>();
  const roleOfTag = new Map<string, string>();
  return {
    putRole({ arn, policies }) {
      const checked: PolicyDocument[] = policies.map((policy, index) =>
        validatePolicy(policy, 'identity', `policy ${index} of ${arn}`),
      );
      roles.set(arn, { arn, policies: checked, isRoot: false });
      roleOfTag.set(tagOf(arn), arn);
    },
    issue(roleArn) {
      if (!roles.has(roleArn)) throw new Error(`no role ${roleArn}: put the role before issuing keys for it`);
      return {
        accessKeyId:
          PREFIX +
          tagOf(roleArn) +
          randomBytes(HALF_HEX / 2)
            .toString('hex')
            .toUpperCase(),
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
    },
    principalOf(accessKeyId) {
      if (accessKeyId === ROOT_CREDENTIALS.accessKeyId) return ROOT;
      if (!accessKeyId.startsWith(PREFIX) || accessKeyId.length !== PREFIX.length + 2 * HALF_HEX) return undefined;
      const roleArn = roleOfTag.get(accessKeyId.slice(PREFIX.length, PREFIX.length + HALF_HEX));
      return roleArn === undefined ? undefined : roles.get(roleArn);
    },
    principalOfRole: (roleArn) => roles.get(roleArn),
  };
}

/** Enough to tell the roles of a stack apart. It is no secret, because a key guards nothing here. */
function tagOf(roleArn: string): string {
  return createHash('sha256').update(roleArn).digest('hex').slice(0, HALF_HEX).toUpperCase();
}

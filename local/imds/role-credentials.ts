import type { Credentials, Identities } from '../ports.ts';

export interface RoleCredentials extends Credentials {
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Short, so that who runs for long has to come back: the SDK does when less than 5 minutes are left. On an instance they
 * last about six hours.
 */
const LIFETIME_MS = 15 * 60_000;
/** EC2 has new ones at least 5 minutes before the old ones end; here from the half on, when the SDK does not ask yet. */
const RENEWED_AFTER_MS = LIFETIME_MS / 2;

/** The credentials of an instance's role: the same to everybody who asks, until they are renewed. */
export function createRoleCredentials(
  roleArn: string,
  identities: Pick<Identities, 'issue'>,
  now: () => number,
): () => RoleCredentials {
  let current: RoleCredentials | undefined;
  return () => {
    const issuedAt = now();
    if (current === undefined || issuedAt - current.issuedAt >= RENEWED_AFTER_MS) {
      current = { ...identities.issue(roleArn), issuedAt, expiresAt: issuedAt + LIFETIME_MS };
    }
    return current;
  };
}

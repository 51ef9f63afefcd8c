import type { RecordedDecision } from '../../../local/iam/access-record.ts';
import { covers, type Permission } from './permission.ts';

export interface Comparison {
  /** Asked for and allowed by no policy of the role, each once. */
  readonly missing: readonly string[];
  /** Allowed and never asked for, without a reason. */
  readonly unused: readonly string[];
  /** Reasons for permissions that are used, or that there are none of. */
  readonly stale: readonly string[];
}

export interface CompareOptions {
  readonly allowed: readonly Permission[];
  readonly decisions: readonly RecordedDecision[];
  /** Why a permission is not used here, by `role action on resource`. */
  readonly reasons: Readonly<Record<string, string>>;
  /** How an ARN is named in reasons and results. */
  readonly nameOf: (arn: string) => string;
}

/**
 * Compares what roles may do with what was asked for in their names. What a question was answered does not matter: a
 * bucket's policy may deny for a while what the role may do for good.
 */
export function comparePermissions({ allowed, decisions, reasons, nameOf }: CompareOptions): Comparison {
  const roles = new Set(allowed.map(({ roleArn }) => roleArn));
  const used = new Set<Permission>();
  const missing = new Set<string>();
  for (const decision of decisions) {
    if (!roles.has(decision.principalArn)) continue;
    const covering = allowed.filter((permission) => covers(permission, decision));
    for (const permission of covering) used.add(permission);
    if (covering.length === 0) {
      missing.add(`${nameOf(decision.principalArn)} ${decision.action} on ${nameOf(decision.resource)}`);
    }
  }
  const nameOfPermission = ({ roleArn, action, resourcePattern }: Permission): string =>
    `${nameOf(roleArn)} ${action} on ${nameOf(resourcePattern)}`;
  const unused = allowed.filter((permission) => !used.has(permission)).map(nameOfPermission);
  return {
    missing: [...missing].sort(),
    unused: unused.filter((name) => !Object.hasOwn(reasons, name)).sort(),
    stale: Object.keys(reasons)
      .filter((name) => !unused.includes(name))
      .sort(),
  };
}

import type { RecordedDecision } from '../../../local/iam/access-record.ts';
import { matchesWildcard } from '../../../local/iam/wildcard.ts';
import type { RolePlan, StackPlan } from '../../../local/cloudformation/stack-plan.ts';

/** One action on one pattern of resources that a role's policies allow: a statement with several of each is several. */
export interface Permission {
  readonly roleArn: string;
  readonly action: string;
  readonly resourcePattern: string;
}

/**
 * Everything that the policies of the roles allow.
 * @throws Error for statements that say more than that: what was used could not be told from what was not.
 */
export function permissionsOf(roles: readonly RolePlan[]): readonly Permission[] {
  return roles.flatMap(({ arn: roleArn, policies }) =>
    policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Effect, Action, Resource, Condition }) => {
        if (Effect !== 'Allow' || Condition !== undefined) {
          throw new Error(`${roleArn} has a statement that denies or has a condition: ${[Action].flat().join(', ')}`);
        }
        return [Action]
          .flat()
          .flatMap((action) => [Resource].flat().map((resourcePattern) => ({ roleArn, action, resourcePattern })));
      }),
    ),
  );
}

export function covers(permission: Permission, asked: RecordedDecision): boolean {
  return (
    permission.roleArn === asked.principalArn &&
    matchesWildcard(permission.action.toLowerCase(), asked.action.toLowerCase()) &&
    matchesWildcard(permission.resourcePattern, asked.resource)
  );
}

/**
 * A name for a role, an action and a resource that is the same in every build and every stage: `{Logical}` instead of
 * what the stack calls the resource, `{hash}` instead of an asset's hash.
 */
export function createNaming({ resources, stackId }: StackPlan): (arn: string) => string {
  const names = resources.map(
    ({ physicalId, logicalId }) => [physicalId, logicalId.replace(/[0-9A-F]{8}$/, '')] as const,
  );
  // The longest first: one name may begin another.
  const known = [[stackId, 'StackId'] as const, ...names].sort(([a], [b]) => b.length - a.length);
  return (arn) => {
    const name = known.find(([physicalId]) => arn.includes(physicalId));
    const named = name === undefined ? arn : arn.replace(name[0], `{${name[1]}}`);
    return named.replace(ARN_PREFIX, '').replace(/\b[0-9a-f]{64}\b/, '{hash}');
  };
}

const ARN_PREFIX = /^arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:(role\/|log-group:|function:)?/;

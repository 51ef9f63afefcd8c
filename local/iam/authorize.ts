import type { PolicyDocument, PolicyStatement, Principal } from '../ports.ts';
import { conditionHolds, type ConditionContext } from './condition.ts';
import { matchPrincipal } from './principal.ts';
import { isEqualIgnoringCase, matchesWildcard } from './wildcard.ts';

export interface AccessQuestion {
  /** A service that calls has its name as its ARN (`s3.amazonaws.com`). */
  readonly principal: Principal;
  /** `s3:PutObject` */
  readonly action: string;
  /** The ARN of what the action is done to. */
  readonly resource: string;
  readonly bucketPolicy?: PolicyDocument | undefined;
  /** Condition keys of this call beside those that hold for every call. Absent means absent, not empty. */
  readonly context?: ConditionContext | undefined;
}

export type Verdict = 'allowed' | 'denied';

/**
 * AWS's evaluation within one account: an explicit deny anywhere wins; otherwise an allow in the identity policies or in
 * the resource policy is enough; otherwise denied. The account root has every permission of its own, but a deny in a
 * resource policy that covers it holds for it, too.
 * Source: IAM user guide, "Policy evaluation logic". The policies have been through `validatePolicy`.
 */
export function authorize(question: AccessQuestion): Verdict {
  const { principal, bucketPolicy } = question;
  let allowed = principal.isRoot;

  for (const policy of principal.policies) {
    for (const statement of policy.Statement) {
      if (!applies(statement, question)) continue;
      if (statement.Effect === 'Deny') return 'denied';
      allowed = true;
    }
  }
  for (const statement of bucketPolicy?.Statement ?? []) {
    const match = matchPrincipal(statement.Principal, principal);
    if (match === 'none' || !applies(statement, question)) continue;
    if (statement.Effect === 'Deny') return 'denied';
    if (match === 'direct') allowed = true;
  }
  return allowed ? 'allowed' : 'denied';
}

/** Loopback counts as secure transport: policies that demand TLS are the stack's, and the same on a laptop. */
const ALWAYS: ConditionContext = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

function contextValue({ principal, context }: AccessQuestion, key: string): string | undefined {
  return key === 'aws:PrincipalArn' ? principal.arn : (context?.[key] ?? ALWAYS[key]);
}

function applies(statement: PolicyStatement, question: AccessQuestion): boolean {
  return (
    actionMatches(statement.Action, question.action) &&
    resourceMatches(statement.Resource, question.resource) &&
    conditionHolds(statement.Condition, (key) => contextValue(question, key))
  );
}

function actionMatches(patterns: string | readonly string[], action: string): boolean {
  if (typeof patterns !== 'string') return patterns.some((pattern) => actionMatches(pattern, action));
  return matchesWildcard(patterns, action, isEqualIgnoringCase);
}

function resourceMatches(patterns: string | readonly string[], resource: string): boolean {
  if (typeof patterns !== 'string') return patterns.some((pattern) => matchesWildcard(pattern, resource));
  return matchesWildcard(patterns, resource);
}

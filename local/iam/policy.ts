import type { PolicyDocument, PolicyStatement } from '../ports.ts';
import { CONDITION_KEYS, CONDITION_OPERATORS, knownConditionKey } from './condition.ts';

/** A policy that AWS would refuse, or that this server could not honour exactly. The message names the element. */
export class InvalidPolicyError extends Error {
  override readonly name = 'InvalidPolicyError';
}

export type PolicyKind = 'identity' | 'resource';

const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];
const UNSUPPORTED_ELEMENTS = ['NotAction', 'NotResource', 'NotPrincipal'];
const PRINCIPAL_KINDS = ['AWS', 'Service'];
/** AWS's limit for a bucket policy, the largest kind: 20 KB. */
const MOST_POLICY_BYTES = 20 * 1024;

/**
 * Checks a policy before it takes effect; nothing in it that would later be skipped gets past here.
 * A single statement outside an array is accepted, as by IAM.
 *
 * @param where how to name the policy in an error, for instance the role's ARN.
 * @throws InvalidPolicyError
 */
export function validatePolicy(document: unknown, kind: PolicyKind, where = `${kind} policy`): PolicyDocument {
  const fail = (problem: string): never => {
    throw new InvalidPolicyError(`${where}: ${problem}`);
  };
  if (!isRecord(document)) return fail('a policy is a JSON object');
  if (JSON.stringify(document).length > MOST_POLICY_BYTES) fail(`longer than ${MOST_POLICY_BYTES} bytes`);
  const { Version, Id, Statement, ...rest } = document;
  for (const element of Object.keys(rest)) fail(`unknown element ${element}`);
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17')
    fail(`unknown Version ${JSON.stringify(Version)}`);
  if (Id !== undefined && typeof Id !== 'string') fail('Id must be a string');
  const statements: unknown[] = Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  if (statements.length === 0) fail('Statement is missing or empty');
  statements.forEach((statement, index) =>
    checkStatement(statement, kind, (problem) => fail(`statement ${index}: ${problem}`)),
  );
  return {
    ...(typeof Version === 'string' ? { Version } : {}),
    Statement: statements as PolicyStatement[],
  };
}

function checkStatement(statement: unknown, kind: PolicyKind, fail: (problem: string) => never): void {
  if (!isRecord(statement)) return fail('must be an object');
  for (const element of Object.keys(statement)) {
    if (UNSUPPORTED_ELEMENTS.includes(element)) fail(`${element} is not supported by the local AWS`);
    if (!STATEMENT_ELEMENTS.includes(element)) fail(`unknown element ${element}`);
  }
  const { Effect, Principal, Action, Resource, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') fail('Effect must be Allow or Deny');
  checkStrings('Action', Action, fail);
  checkStrings('Resource', Resource, fail);
  if (kind === 'identity' && Principal !== undefined) fail('Principal is not allowed in an identity policy');
  if (kind === 'resource') checkPrincipal(Principal, fail);
  if (Condition !== undefined) checkCondition(Condition, fail);
}

function checkPrincipal(principal: unknown, fail: (problem: string) => never): void {
  if (principal === '*') return;
  if (!isRecord(principal) || Object.keys(principal).length === 0) return fail('Principal is missing');
  for (const [kind, value] of Object.entries(principal)) {
    if (!PRINCIPAL_KINDS.includes(kind)) fail(`Principal of kind ${kind}; supported: ${PRINCIPAL_KINDS.join(', ')}`);
    checkStrings(`Principal.${kind}`, value, fail);
    for (const each of asList(value as string | string[])) {
      if (each !== '*' && /[*?]/.test(each)) fail(`Principal "${each}": a principal is written out or is "*"`);
    }
  }
}

function checkCondition(condition: unknown, fail: (problem: string) => never): void {
  if (!isRecord(condition)) return fail('Condition must be an object');
  for (const [operator, keys] of Object.entries(condition)) {
    if (!CONDITION_OPERATORS.includes(operator)) {
      fail(`condition operator ${operator} is not supported; supported: ${CONDITION_OPERATORS.join(', ')}`);
    }
    if (!isRecord(keys)) return fail(`Condition.${operator} must be an object`);
    for (const [key, value] of Object.entries(keys)) {
      if (knownConditionKey(key) === undefined) {
        fail(`condition key ${key} is not supported; supported: ${CONDITION_KEYS.join(', ')}`);
      }
      checkStrings(`Condition.${operator}.${key}`, value, fail);
    }
  }
}

function checkStrings(name: string, value: unknown, fail: (problem: string) => never): void {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every((each) => typeof each === 'string')) {
    fail(`${name} must be a string or a list of strings`);
  }
  const variable = values.find((each) => each.includes('${'));
  if (variable !== undefined) fail(`${name} "${variable}": policy variables are not supported by the local AWS`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

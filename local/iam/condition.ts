import { matchesWildcard } from './wildcard.ts';

/**
 * The condition operators and keys that policies may use here. What is not listed is refused when the policy is loaded
 * (`policy.ts`): a condition that is skipped in silence would grant or deny what AWS would not.
 * Semantics: the IAM user guide, "Condition operators" and "Conditions with multiple keys or values".
 */
export type ConditionContext = Readonly<Partial<Record<string, string>>>;

type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Operator {
  readonly matches: (expected: string, actual: string) => boolean;
  /** A negated operator holds when no value matches, and when the key is absent. */
  readonly negated: boolean;
}

const equal = (expected: string, actual: string) => expected === actual;
const equalIgnoringCase = (expected: string, actual: string) => expected.toLowerCase() === actual.toLowerCase();

const OPERATORS: Readonly<Record<string, Operator>> = {
  Bool: { matches: equalIgnoringCase, negated: false },
  StringEquals: { matches: equal, negated: false },
  StringNotEquals: { matches: equal, negated: true },
  StringLike: { matches: matchesWildcard, negated: false },
  StringNotLike: { matches: matchesWildcard, negated: true },
  ArnEquals: { matches: matchesWildcard, negated: false },
  ArnLike: { matches: matchesWildcard, negated: false },
  ArnNotEquals: { matches: matchesWildcard, negated: true },
  ArnNotLike: { matches: matchesWildcard, negated: true },
  NumericLessThan: { matches: (expected, actual) => Number(actual) < Number(expected), negated: false },
};

export const CONDITION_OPERATORS: readonly string[] = [...Object.keys(OPERATORS), 'Null'];

/** Keys are compared without regard to case, as IAM does. */
export const CONDITION_KEYS: readonly string[] = [
  'aws:PrincipalArn',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  's3:TlsVersion',
  's3:if-match',
  's3:if-none-match',
  's3:prefix',
];

const KEYS_BY_LOWER_CASE = new Map(CONDITION_KEYS.map((key) => [key.toLowerCase(), key]));

/** The key as this server spells it, or undefined for one that it does not know. */
export function knownConditionKey(key: string): string | undefined {
  return KEYS_BY_LOWER_CASE.get(key.toLowerCase());
}

/**
 * Every operator and every key must hold; of several values of one key, one is enough.
 * @param valueOf what a key of `CONDITION_KEYS` has in this call, undefined when it is absent.
 */
export function conditionHolds(
  block: ConditionBlock | undefined,
  valueOf: (key: string) => string | undefined,
): boolean {
  if (block === undefined) return true;
  for (const operatorName in block) {
    const keys = block[operatorName] ?? {};
    for (const key in keys) {
      const values = keys[key] ?? [];
      const actual = valueOf(knownConditionKey(key) ?? key);
      if (!operatorHolds(operatorName, typeof values === 'string' ? [values] : values, actual)) return false;
    }
  }
  return true;
}

function operatorHolds(name: string, values: readonly string[], actual: string | undefined): boolean {
  if (name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const operator = OPERATORS[name];
  if (!operator) throw new Error(`the condition operator ${name} got past the check of the policy`);
  if (actual === undefined) return operator.negated;
  const matches = values.some((value) => operator.matches(value, actual));
  return operator.negated ? !matches : matches;
}

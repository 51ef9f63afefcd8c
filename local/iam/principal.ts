import type { PolicyStatement, Principal } from '../ports.ts';

/**
 * How a statement's Principal element covers a caller. `account` is the weaker form: naming the account
 * (`arn:aws:iam::{account}:root`) in an Allow only lets the account's own identity policies decide.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export function matchPrincipal(element: PolicyStatement['Principal'], caller: Principal): PrincipalMatch {
  if (element === '*') return 'direct';
  if (element === undefined) return 'none';
  if (listed(element['Service'], caller.arn)) return 'direct';
  const named = element['AWS'];
  if (named === undefined) return 'none';
  if (listed(named, '*') || listed(named, caller.arn)) return 'direct';
  const account = caller.arn.split(':')[4] ?? '';
  if (account === '') return 'none';
  if (listed(named, account) || listed(named, `arn:aws:iam::${account}:root`))
    return caller.isRoot ? 'direct' : 'account';
  return 'none';
}

function listed(values: string | readonly string[] | undefined, value: string): boolean {
  return typeof values === 'string' ? values === value : values !== undefined && values.includes(value);
}

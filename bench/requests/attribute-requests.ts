import { ITEMS_PREFIX, PAYMENTS_PREFIX, STOCK_PREFIX } from '../../booking/keys.ts';
import type { RecordedRequest } from '../../local/http/request-record.ts';
import { EXECUTION_ID, EXECUTIONS_PREFIX, FAILURES_PREFIX, parseFactKey } from '../../workflow/keys.ts';

/** Who calls. Coordinator and monitor have one role, the control node's. */
export type Component = 'control-node' | 'confirm-order' | 'payment';

/** The logical names of the roles in the stack, which begin what the roles are called. */
const ROLES: readonly (readonly [RegExp, Component])[] = [
  [/:role\/.*ControlNodeRole/, 'control-node'],
  [/:role\/.*ConfirmOrder/, 'confirm-order'],
  [/:role\/.*Payment/, 'payment'],
];

export interface AttributedRequest {
  readonly at: number;
  readonly component: Component;
  /** `PutObject`; one that was answered with a refusal says which: `GetObject 404`. Refused calls cost the same. */
  readonly operation: string;
  /** What it was about: the kind of a fact, `stock`, `payment`, …; the listed prefix; a service without objects. */
  readonly subject: string;
  /** Whose it is, where its key says so. */
  readonly executionId?: string;
}

/**
 * `undefined` for calls that are not the product's: those of whoever measures, and of whoever provisions.
 * @param isUpkeep whether a call of the account's root was made on the control node's behalf
 */
export function attributeRequest(
  request: RecordedRequest,
  isUpkeep: (at: number) => boolean = () => false,
): AttributedRequest | undefined {
  const { at, principalArn = '', operation, status } = request;
  const isOnBehalf = principalArn.endsWith(':root') && isUpkeep(at);
  const component = isOnBehalf ? 'control-node' : ROLES.find(([role]) => role.test(principalArn))?.[1];
  if (component === undefined) return undefined;
  const named = status < 400 ? operation : `${operation} ${status}`;
  return { at, component, operation: named, ...describeTarget(request) };
}

function describeTarget({
  service,
  operation,
  target,
}: RecordedRequest): Pick<AttributedRequest, 'subject' | 'executionId'> {
  if (service !== 's3') return { subject: service };
  const url = new URL(target, 'http://aws');
  if (operation === 'ListObjectsV2') return describePrefix(url.searchParams.get('prefix') ?? '');
  return describeKey(decodeURIComponent(url.pathname.split('/').slice(2).join('/')));
}

const ID = new RegExp(EXECUTION_ID);

function describePrefix(prefix: string): Pick<AttributedRequest, 'subject' | 'executionId'> {
  const executionId = ID.exec(prefix)?.[0];
  return executionId === undefined || !prefix.startsWith(EXECUTIONS_PREFIX)
    ? { subject: prefix }
    : { subject: 'facts', executionId };
}

function describeKey(key: string): Pick<AttributedRequest, 'subject' | 'executionId'> {
  const fact = parseFactKey(key);
  if (fact !== undefined) return { subject: fact.kind, executionId: fact.executionId };
  const executionId = ID.exec(key)?.[0];
  if (executionId !== undefined && key.startsWith(PAYMENTS_PREFIX)) return { subject: 'ledger', executionId };
  if (executionId !== undefined && key.startsWith(FAILURES_PREFIX)) return { subject: 'failure-index', executionId };
  if (key.startsWith(STOCK_PREFIX)) return { subject: 'stock' };
  if (key.startsWith(ITEMS_PREFIX)) return { subject: 'item' };
  return { subject: key };
}

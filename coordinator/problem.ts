/**
 * The errors of the HTTP API as RFC 9457 problems: a closed catalogue, so that a client can branch on `type` and a test
 * can name each. The types are relative URIs and stay as they are for ever.
 */
const CATALOGUE = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'invalid-request': { status: 400, title: 'A part of the request is not valid' },
  'foreign-origin': { status: 403, title: 'Requests from other sites may not change anything' },
  'foreign-host': { status: 403, title: 'This coordinator does not answer for that host' },
  'no-such-resource': { status: 404, title: 'There is nothing at this address' },
  'no-such-order': { status: 404, title: 'There is no such order' },
  'no-such-incident': { status: 404, title: 'There is no such incident' },
  'no-such-item': { status: 404, title: 'There is no such item' },
  'no-such-fault': { status: 404, title: 'There is no such fault' },
  'method-not-allowed': { status: 405, title: 'The resource does not have this method' },
  'too-few-units': { status: 409, title: 'More units are held or sold than the item would have' },
  'not-redrivable': { status: 409, title: 'The order cannot be repeated' },
  'not-recoverable': { status: 409, title: 'Recovery of the order cannot be asked for' },
  'fault-under-way': { status: 409, title: 'Another fault is being put in or taken out' },
  'idempotency-key-spent': { status: 409, title: 'The idempotency key cannot be used any more' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-body': { status: 422, title: 'The body is not valid' },
  'unknown-item': { status: 422, title: 'The order names an item that does not exist' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another body' },
  'internal-error': { status: 500, title: 'The coordinator failed' },
  'not-ready': { status: 503, title: 'The coordinator cannot work now' },
  'too-many-watchers': { status: 503, title: 'Too many clients follow orders' },
  'faults-unavailable': { status: 503, title: 'Nothing can be broken or mended now' },
  'storage-unavailable': { status: 503, title: 'The storage cannot be reached' },
  'storage-denied': { status: 503, title: 'The storage refuses the coordinator' },
  'storage-misconfigured': { status: 503, title: 'The storage is not configured rightly' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemName = keyof typeof CATALOGUE;

/** Where a request is wrong: a pointer into the body, or the name of a parameter or header. */
export interface ProblemLocation {
  /** A JSON pointer as a URI fragment (RFC 6901): `#/quantity`. */
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** The members that only some problems have. */
export interface ProblemMembers {
  readonly errors?: readonly ProblemLocation[];
  /** Names this one occurrence; the log has it too. */
  readonly instance?: string;
  /** The order that the problem is about. */
  readonly orderId?: string;
  /** Its status, when that is why. */
  readonly orderStatus?: string;
  /** Units held or sold. */
  readonly usedUnits?: number;
}

export interface Problem extends ProblemMembers {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

export function problem(name: ProblemName, detail: string, members: ProblemMembers = {}): Problem {
  return { type: `/problems/${name}`, ...CATALOGUE[name], detail, ...members };
}

/** What a route throws to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}

export function problemResponse(answer: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(answer), {
    status: answer.status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
  });
}

export function noSuchOrder(orderId: string): ProblemError {
  return new ProblemError(problem('no-such-order', `There is no order ${orderId}.`, { orderId }));
}

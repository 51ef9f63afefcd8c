import type { Answer } from '../orders-api.ts';

/** A request that no order may come of. */
export interface BadRequest {
  readonly name: string;
  readonly body: string;
}

export function badRequests(itemId: string): readonly BadRequest[] {
  const order = { itemId, quantity: 1, paymentMethod: 'pm_card_visa' };
  return [
    { name: 'unknown item', body: JSON.stringify({ ...order, itemId: 'no-such-item' }) },
    { name: 'quantity 0', body: JSON.stringify({ ...order, quantity: 0 }) },
    { name: 'malformed JSON', body: '{"itemId": ' },
    { name: '1 MB body', body: JSON.stringify({ ...order, customer: 'x'.repeat(1024 * 1024) }) },
  ];
}

/** What is wrong with the answer to a bad request: it must be a problem document with a 4xx status and a reason. */
export function refusalFaults({ name }: BadRequest, { status, contentType, body }: Answer): readonly string[] {
  const faults: string[] = [];
  if (status < 400 || status > 499) faults.push(`${name}: answered ${status}, expected 4xx`);
  if (!contentType.startsWith('application/problem+json'))
    faults.push(`${name}: answered ${contentType || 'no content type'}, expected application/problem+json`);
  const { title, detail } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly title?: unknown;
    readonly detail?: unknown;
  };
  if (typeof title !== 'string' && typeof detail !== 'string')
    faults.push(`${name}: the problem document says neither title nor detail`);
  return faults;
}

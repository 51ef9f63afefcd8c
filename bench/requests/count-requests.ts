import type { AttributedRequest } from './attribute-requests.ts';

/** An order that was placed to be counted, alone at its time. Instants in milliseconds since the epoch. */
export interface CountedOrder {
  readonly executionId: string;
  /** Between these two, what touches stock touches it for this order. */
  readonly placedAt: number;
  readonly stockDoneAt: number;
}

/** By `component operation subject`: how many such calls. */
export type Counts = Readonly<Record<string, number>>;

/**
 * How many calls one order of a kind makes: of each sort the median over the orders. So that the count does not depend on
 * how busy the machine is, what only a minority had (a look that came twice, an answer after its timeout) does not count; what
 * the product does for each order, each order has.
 */
export function countPerOrder(requests: readonly AttributedRequest[], orders: readonly CountedOrder[]): Counts {
  const byOrder = new Map(orders.map(({ executionId }) => [executionId, new Map<string, number>()]));
  for (const request of requests) {
    const executionId = ownerOf(request, orders);
    const counts = executionId === undefined ? undefined : byOrder.get(executionId);
    if (counts !== undefined) add(counts, request);
  }
  const names = new Set([...byOrder.values()].flatMap((counts) => [...counts.keys()]));
  const medians = [...names]
    .sort()
    .map((name) => [name, median([...byOrder.values()].map((counts) => counts.get(name) ?? 0))] as const);
  return Object.fromEntries(medians.filter(([, count]) => count > 0));
}

/**
 * Calls of services whose requests do not say whose they are, in whole calls per order of the interval. What is made
 * whether or not there are orders (receives that wait, polls of the log) is not among them: see `countByTime`.
 */
export function countSpread(
  requests: readonly AttributedRequest[],
  { orders, from, to }: { readonly orders: number; readonly from: number; readonly to: number },
): Counts {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const isSpread = SPREAD.has(request.operation.split(' ')[0] ?? '');
    if (isSpread && request.at >= from && request.at < to) add(counts, request);
  }
  const perOrder = [...counts].sort().map(([name, count]) => [name, Math.floor(count / orders)] as const);
  return Object.fromEntries(perOrder.filter(([, count]) => count > 0));
}

/** Calls within an interval, whoever they are for. */
export function countByTime(requests: readonly AttributedRequest[], from: number, to: number): Counts {
  const counts = new Map<string, number>();
  for (const request of requests) if (request.at >= from && request.at < to) add(counts, request);
  return Object.fromEntries([...counts].sort());
}

/** Made because of an order, and their bodies are not on record. */
const SPREAD: ReadonlySet<string> = new Set(['Invoke', 'DeleteMessage', 'DeleteMessageBatch']);

function ownerOf(request: AttributedRequest, orders: readonly CountedOrder[]): string | undefined {
  if (request.executionId !== undefined || request.subject !== 'stock') return request.executionId;
  return orders.find(({ placedAt, stockDoneAt }) => request.at >= placedAt && request.at <= stockDoneAt)?.executionId;
}

function add(counts: Map<string, number>, { component, operation, subject }: AttributedRequest): void {
  const name = `${component} ${operation} ${subject}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

import type { OrderRecord } from '../workflow/records.ts';
import { readOrder, viewOfNewOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';

export interface AcceptedOrder {
  readonly order: OrderRecord;
  /** An earlier request had taken it. */
  readonly isReplay: boolean;
}

/** How an accepted order stands: a new one as it was written, without a read, and one of an earlier request as it is now. */
export async function viewAcceptedOrder(
  collaborators: ReadOrderCollaborators,
  { order, isReplay }: AcceptedOrder,
): Promise<OrderView> {
  const current = isReplay ? await readOrder(collaborators, order.executionId) : undefined;
  return current ?? viewOfNewOrder(collaborators.workflow, order);
}

export function acceptedHeaders({ order, isReplay }: AcceptedOrder): Record<string, string> {
  return { location: `/orders/${order.executionId}`, ...(isReplay && { 'idempotent-replayed': 'true' }) };
}

import { OrdersApi } from '../../demo/orders-api.ts';
import type { System } from '../../laptop/system-options.ts';

/** Half of what the coordinator opens to S3: it is to be busy, not to refuse. */
const CUSTOMERS = 32;
export const ITEM_ID = 'resume-seat';

export interface PlaceUnfinishedOptions {
  readonly system: System;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly onPlaced: (placed: number) => void;
}

/** Orders through the API, each with a key. @returns the executions' ids */
export async function placeUnfinished({
  system,
  count,
  signal,
  onPlaced,
}: PlaceUnfinishedOptions): Promise<readonly string[]> {
  const api = new OrdersApi(system.url, signal);
  // Some for those that order while the others are resumed.
  const item = { itemId: ITEM_ID, name: 'A seat', price: 1_000, currency: 'EUR', units: 2 * count };
  await api.putItem(item);
  const ids: string[] = [];
  let next = 0;
  const customer = async () => {
    for (let index = next++; index < count; index = next++) {
      ids.push(await api.submit({ itemId: ITEM_ID, quantity: 1, paymentMethod: 'pm_card_visa' }, `resume-${index}`));
      onPlaced(ids.length);
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, customer));
  return ids;
}

/** The application's own objects in the app store. Item ids: 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit. */

export const ITEMS_PREFIX = 'items/';
export const STOCK_PREFIX = 'stock/';
export const PAYMENTS_PREFIX = 'payments/';

export const ITEM_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function itemKey(itemId: string): string {
  return `${ITEMS_PREFIX}${itemId}.json`;
}

export function stockShardKey(itemId: string, shard: number): string {
  return `${STOCK_PREFIX}${itemId}/${String(shard).padStart(2, '0')}.json`;
}

/** One payment per execution: the execution's id is the provider's idempotency key. */
export function paymentKey(executionId: string): string {
  return `${PAYMENTS_PREFIX}${executionId}.json`;
}

import { formatMoney } from '../format/money.ts';

/** A booking in an order's input, as far as it is one: whoever can write to the bucket can put anything there. */
export function describeBooking(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { itemId, quantity, total, currency, customer } = input as Readonly<Record<string, unknown>>;
  if (typeof itemId !== 'string' || typeof quantity !== 'number') return undefined;
  const price = typeof total === 'number' && typeof currency === 'string' ? `, ${formatMoney(total, currency)}` : '';
  const whom = typeof customer === 'string' && customer !== '' ? `, for ${customer}` : '';
  return `${quantity} × ${itemId}${price}${whom}`;
}

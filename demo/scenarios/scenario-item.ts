import { randomBytes } from 'node:crypto';
import type { Target } from '../target.ts';
import { UNITS_OF_AN_ITEM } from './scenarios.ts';

/** An item of this run alone: what an earlier run sold does not count, and nobody else buys it. */
export async function putItem(name: string, { api }: Target): Promise<string> {
  const itemId = `demo-${name}-${randomBytes(4).toString('hex')}`;
  await api.putItem({ itemId, name: `Demo: ${name}`, price: 4_500, currency: 'EUR', units: UNITS_OF_AN_ITEM });
  return itemId;
}

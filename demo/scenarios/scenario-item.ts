import { demoItemId } from '../demo-items.ts';
import type { Target } from '../target.ts';
import { UNITS_OF_AN_ITEM } from './scenarios.ts';

export async function putItem(name: string, { api }: Target): Promise<string> {
  const itemId = demoItemId(name);
  await api.putItem({ itemId, name: `Demo: ${name}`, price: 4_500, currency: 'EUR', units: UNITS_OF_AN_ITEM });
  return itemId;
}

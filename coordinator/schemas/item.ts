import { z } from '@hono/zod-openapi';
import { MAX_PRICE, MAX_UNITS } from '../../booking/item.ts';
import { ITEM_ID_PATTERN } from '../../booking/keys.ts';

export const itemIdSchema = z
  .string()
  .regex(ITEM_ID_PATTERN, '1 to 63 of a-z, 0-9 and -, beginning with a letter or a digit')
  .openapi({ example: 'concert-ticket' });

const name = z.string().min(1).max(200).openapi({ example: 'Concert ticket' });
const price = z.int().min(0).max(MAX_PRICE).openapi({ description: 'Minor units (cents)', example: 4500 });
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'three upper-case letters (ISO 4217)')
  .openapi({ example: 'EUR' });
const units = z.int().min(0).max(MAX_UNITS).openapi({
  description: 'Units ever put up for sale, sold ones included: 10 more for sale means 10 more here',
  example: 100,
});

export const itemPutSchema = z
  .strictObject({ name, price, currency: currency.default('EUR'), units })
  .openapi('ItemPut');

export const itemSchema = z
  .object({
    itemId: z.string(),
    name: z.string(),
    price: z.int().openapi({ description: 'Minor units (cents)' }),
    currency: z.string(),
    units: z.int(),
    held: z.int().openapi({ description: 'Units that orders hold or have bought, not yet counted as sold' }),
    sold: z.int(),
    available: z.int(),
  })
  .openapi('Item');

export type ItemRepresentation = z.infer<typeof itemSchema>;

export const itemListSchema = z.object({ items: z.array(itemSchema) }).openapi('ItemList');

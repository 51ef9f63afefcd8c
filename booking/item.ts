import * as z from 'zod/mini';
import { ITEM_ID_PATTERN } from './keys.ts';

/** More units than this of one item, or a higher price, are a slip of the operator. */
export const MAX_UNITS = 10_000_000;
export const MAX_PRICE = 100_000_000;

/** What an operator says of an item. */
export const itemInputSchema = z.object({
  itemId: z.string().check(z.regex(ITEM_ID_PATTERN)),
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Minor units (cents). */
  price: z.int().check(z.minimum(0), z.maximum(MAX_PRICE)),
  /** ISO 4217, upper case. */
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** Ever put up for sale, sold ones included: 10 more for sale means 10 more here. */
  units: z.int().check(z.minimum(0), z.maximum(MAX_UNITS)),
});

export type ItemInput = Readonly<z.infer<typeof itemInputSchema>>;

const revision = z.int().check(z.minimum(1));

/** `items/{itemId}.json`. */
export const itemRecordSchema = z.extend(itemInputSchema, {
  /** Counts the changes of this document. */
  revision,
  /** How the units are spread over the stock documents; its revision is the item's when the units last changed. */
  allocation: z.object({ revision, shares: z.array(z.int().check(z.minimum(0))) }),
});

export type ItemRecord = Readonly<z.infer<typeof itemRecordSchema>>;

export type Item = ItemInput & { readonly revision: number };

export function isSameInput(record: ItemRecord, input: ItemInput): boolean {
  return (
    record.name === input.name &&
    record.price === input.price &&
    record.currency === input.currency &&
    record.units === input.units
  );
}

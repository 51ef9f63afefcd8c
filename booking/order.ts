import * as z from 'zod/mini';
import { ITEM_ID_PATTERN } from './keys.ts';

/** More units than this are a mistake, not a booking. */
export const MAX_QUANTITY = 1000;

/** What a customer asks for, with the price that the coordinator quoted when it took the order. */
export const orderInputSchema = z.object({
  itemId: z.string().check(z.regex(ITEM_ID_PATTERN)),
  quantity: z.int().check(z.minimum(1), z.maximum(MAX_QUANTITY)),
  /** Minor units (cents). `total` = quantity × the item's price. */
  total: z.int().check(z.minimum(0)),
  /** ISO 4217, upper case. */
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** A payment provider's token. Never a card number. */
  paymentMethod: z.string().check(z.regex(/^pm_[A-Za-z0-9_]{1,64}$/)),
  customer: z.optional(z.string().check(z.maxLength(200))),
});

export type OrderInput = Readonly<z.infer<typeof orderInputSchema>>;

/** What confirm-order hands on to payment in its step record. */
export const confirmationSchema = z.object({
  itemId: z.string(),
  quantity: z.int(),
  total: z.int(),
  currency: z.string(),
  paymentMethod: z.string(),
});

export type Confirmation = Readonly<z.infer<typeof confirmationSchema>>;

/** What payment leaves behind. */
export const receiptSchema = z.object({ paymentId: z.string(), total: z.int(), currency: z.string() });

export type Receipt = Readonly<z.infer<typeof receiptSchema>>;

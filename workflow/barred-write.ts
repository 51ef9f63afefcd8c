import * as z from 'zod/mini';

/** What refused a late write: the step record, which recovery had won, or the slot of an effect, which it had closed. */
export const BARRIERS = ['record', 'slot'] as const;

/** A write that came after recovery's fence. It changed nothing. */
export const barredWriteSchema = z.object({
  by: z.enum(BARRIERS),
  /** Which write it was, kebab-case: `stock-hold`, `payment-capture`, `step-record`. */
  write: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/)),
});

export type BarredWrite = Readonly<z.infer<typeof barredWriteSchema>>;

import * as z from 'zod/mini';
import type { ObjectStore } from '../storage/object-store.ts';
import { paymentKey } from './keys.ts';
import {
  PaymentMismatchError,
  type CancelResult,
  type CapturedPayment,
  type CaptureRequest,
  type CaptureResult,
  type Payment,
  type PaymentProvider,
} from './payment-provider.ts';
import { declineReason } from './test-payment-methods.ts';

const captured = z.object({
  paymentId: z.string(),
  total: z.int().check(z.minimum(0)),
  currency: z.string(),
  paymentMethod: z.string(),
});

/** `payments/{executionId}.json`. A cancelled payment keeps what was captured: money given back leaves a trail. */
const ledgerEntrySchema = z.discriminatedUnion('status', [
  z.object({ idempotencyKey: z.string(), status: z.literal('captured'), payment: captured }),
  z.object({ idempotencyKey: z.string(), status: z.literal('cancelled'), payment: z.optional(captured) }),
]);

type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** A ledger entry that is not one. */
export class UnreadableLedgerError extends Error {
  override readonly name = 'UnreadableLedgerError';
}

/**
 * The demo's payment provider: an object per payment in the app store. Unlike a real one it moves no money, needs no
 * network of its own, answers from test methods alone, and knows only the keys it is asked for.
 */
export class Ledger implements PaymentProvider {
  readonly #objects: Pick<ObjectStore, 'get' | 'putIfAbsent' | 'update'>;

  constructor({ objects }: { readonly objects: Pick<ObjectStore, 'get' | 'putIfAbsent' | 'update'> }) {
    this.#objects = objects;
  }

  /** A declined payment writes nothing. */
  async capture({ idempotencyKey, total, currency, paymentMethod }: CaptureRequest): Promise<CaptureResult> {
    const reason = declineReason(paymentMethod);
    if (reason !== undefined) return { status: 'declined', reason };
    const payment: CapturedPayment = {
      paymentId: `pay_${idempotencyKey.replaceAll('-', '')}`,
      total,
      currency,
      paymentMethod,
    };
    const entry: LedgerEntry = { idempotencyKey, status: 'captured', payment };
    const put = await this.#objects.putIfAbsent(paymentKey(idempotencyKey), entry);
    if (put.outcome === 'written') return { status: 'captured', paymentId: payment.paymentId };
    const existing = parseEntry(idempotencyKey, put.existing.body);
    if (existing.status === 'cancelled') return { status: 'barred' };
    if (!isSamePayment(existing.payment, payment)) {
      throw new PaymentMismatchError(
        `the key ${idempotencyKey} stands for ${describe(existing.payment)}, not for ${describe(payment)}`,
      );
    }
    return { status: 'captured', paymentId: existing.payment.paymentId };
  }

  /** Written before it is read: most payments that are cancelled were never captured. */
  async cancel(idempotencyKey: string): Promise<CancelResult> {
    const cancelled: LedgerEntry = { idempotencyKey, status: 'cancelled' };
    const put = await this.#objects.putIfAbsent(paymentKey(idempotencyKey), cancelled);
    if (put.outcome === 'written') return { before: 'none' };
    return this.#objects.update<CancelResult>(paymentKey(idempotencyKey), (body) => {
      const entry = body === undefined ? undefined : parseEntry(idempotencyKey, body);
      // A payment in a cancelled entry had been captured before the cancel that wrote it.
      const result: CancelResult =
        entry?.payment === undefined ? { before: 'none' } : { before: 'captured', payment: entry.payment };
      if (entry?.status === 'cancelled') return { keep: true, result };
      return { write: { idempotencyKey, status: 'cancelled', ...(entry && { payment: entry.payment }) }, result };
    });
  }

  async find(idempotencyKey: string): Promise<Payment | undefined> {
    const object = await this.#objects.get(paymentKey(idempotencyKey));
    if (object === undefined) return undefined;
    const entry = parseEntry(idempotencyKey, object.body);
    return entry.status === 'captured'
      ? { status: 'captured', payment: entry.payment }
      : { status: 'cancelled', ...(entry.payment && { payment: entry.payment }) };
  }
}

function parseEntry(idempotencyKey: string, body: unknown): LedgerEntry {
  const parsed = ledgerEntrySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnreadableLedgerError(
    `ledger entry ${paymentKey(idempotencyKey)} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function isSamePayment(a: CapturedPayment, b: CapturedPayment): boolean {
  return a.total === b.total && a.currency === b.currency && a.paymentMethod === b.paymentMethod;
}

function describe({ total, currency, paymentMethod }: CapturedPayment): string {
  return `${total} ${currency} by ${paymentMethod}`;
}

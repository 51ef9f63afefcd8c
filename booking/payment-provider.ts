/**
 * What the booking needs of a payment provider: one payment per idempotency key, which a cancel bars for ever. The
 * execution's id is the key. Real providers have all three: an idempotent capture, a cancel of what may not exist yet
 * (Stripe cancels a PaymentIntent, Adyen reverses by merchant reference) and a look-up.
 */
export interface PaymentProvider {
  /** Repeated with the same key, it answers as the first time and charges once. @throws PaymentMismatchError */
  capture(request: CaptureRequest): Promise<CaptureResult>;
  /**
   * Gives back what was captured and bars a later capture, also when there is nothing yet. Repeated, it changes nothing
   * and answers as the first time.
   */
  cancel(idempotencyKey: string): Promise<CancelResult>;
  find(idempotencyKey: string): Promise<Payment | undefined>;
}

export interface CaptureRequest {
  readonly idempotencyKey: string;
  /** Minor units. */
  readonly total: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly paymentMethod: string;
}

export type CaptureResult =
  | { readonly status: 'captured'; readonly paymentId: string }
  | { readonly status: 'declined'; readonly reason: string }
  /** The key was cancelled before. */
  | { readonly status: 'barred' };

export interface CapturedPayment {
  readonly paymentId: string;
  readonly total: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** `cancelled` without a payment: nothing had been captured, and nothing will be. */
export type Payment =
  | { readonly status: 'captured'; readonly payment: CapturedPayment }
  | { readonly status: 'cancelled'; readonly payment?: CapturedPayment };

/** What the cancel found or, where there was one before it, what the first one had found. */
export type CancelResult =
  | { readonly before: 'none' }
  /** It is given back. */
  | { readonly before: 'captured'; readonly payment: CapturedPayment };

/** A key used for one payment asks for another: a programming error, as providers see it. */
export class PaymentMismatchError extends Error {
  override readonly name = 'PaymentMismatchError';
}

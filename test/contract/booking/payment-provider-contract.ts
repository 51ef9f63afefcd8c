import { describe, expect, it } from 'vitest';
import { PaymentMismatchError, type CaptureRequest, type PaymentProvider } from '../../../booking/payment-provider.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const KEY = anExecutionId();

function aRequest(fields: Partial<CaptureRequest> = {}): CaptureRequest {
  return { idempotencyKey: KEY, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa', ...fields };
}

/** What every payment provider must do. `create` gives one that has seen nothing yet and knows the test methods. */
export function paymentProviderContract(name: string, create: () => PaymentProvider): void {
  describe(`${name} as a payment provider`, () => {
    it('bars a capture once the key is cancelled, although nothing had been captured', async () => {
      const provider = create();
      expect(await provider.cancel(KEY)).toEqual({ before: 'none' });
      expect(await provider.capture(aRequest())).toEqual({ status: 'barred' });
      expect(await provider.find(KEY)).toEqual({ status: 'cancelled' });
    });

    it('bars a repeated capture once the captured payment is cancelled, and keeps what was given back', async () => {
      const provider = create();
      await provider.capture(aRequest());
      const payment = { paymentId: expect.any(String), total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' };
      expect(await provider.cancel(KEY)).toEqual({ before: 'captured', payment });
      expect(await provider.capture(aRequest())).toEqual({ status: 'barred' });
      expect(await provider.find(KEY)).toEqual({ status: 'cancelled', payment });
    });

    it('cancels once, however often it is asked, and tells each time what it had found the first time', async () => {
      const provider = create();
      await provider.capture(aRequest());
      const first = await provider.cancel(KEY);
      expect(first.before).toBe('captured');
      expect(await provider.cancel(KEY)).toEqual(first);
    });

    it('tells of nothing each time when there was nothing the first time', async () => {
      const provider = create();
      expect(await provider.cancel(KEY)).toEqual({ before: 'none' });
      expect(await provider.capture(aRequest())).toEqual({ status: 'barred' });
      expect(await provider.cancel(KEY)).toEqual({ before: 'none' });
    });

    it('captures once under one key, however often it is asked', async () => {
      const provider = create();
      const first = await provider.capture(aRequest());
      expect(first).toMatchObject({ status: 'captured' });
      expect(await provider.capture(aRequest())).toEqual(first);
    });

    it('captures once when asked several times at once', async () => {
      const provider = create();
      const results = await Promise.all([1, 2, 3].map(() => provider.capture(aRequest())));
      expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    });

    it('ends cancelled when a capture and a cancel race, whoever is first', async () => {
      const provider = create();
      const [captured] = await Promise.all([provider.capture(aRequest()), provider.cancel(KEY)]);
      expect(['captured', 'barred']).toContain(captured.status);
      expect(await provider.find(KEY)).toMatchObject({ status: 'cancelled' });
    });

    it('refuses another payment under the same key', async () => {
      const provider = create();
      await provider.capture(aRequest());
      await expect(provider.capture(aRequest({ total: 2600 }))).rejects.toThrow(PaymentMismatchError);
    });

    it.each([
      ['pm_card_chargeDeclined', 'the card was declined'],
      ['pm_card_chargeDeclinedInsufficientFunds', 'the card has insufficient funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'the card has expired'],
      ['pm_card_nobody', expect.stringContaining('pm_card_nobody is not known')],
      ['toString', expect.stringContaining('toString is not known')],
    ])('declines %s with the reason, and keeps nothing', async (paymentMethod, reason) => {
      const provider = create();
      expect(await provider.capture(aRequest({ paymentMethod }))).toEqual({ status: 'declined', reason });
      expect(await provider.find(KEY)).toBeUndefined();
    });

    it('captures after a decline when the method is one that succeeds', async () => {
      const provider = create();
      await provider.capture(aRequest({ paymentMethod: 'pm_card_chargeDeclined' }));
      expect(await provider.capture(aRequest({ paymentMethod: 'pm_card_mastercard' }))).toMatchObject({
        status: 'captured',
      });
    });

    it('keeps keys apart', async () => {
      const provider = create();
      await provider.cancel(KEY);
      expect(await provider.capture(aRequest({ idempotencyKey: anExecutionId({ n: 1 }) }))).toMatchObject({
        status: 'captured',
      });
    });
  });
}

/**
 * The payment methods that the demo's ledger knows: the tokens under which Stripe's test mode offers cards that succeed
 * and cards that are declined (docs.stripe.com/testing). Whatever else is asked for is declined.
 */
const ACCEPTED: readonly string[] = ['pm_card_visa', 'pm_card_mastercard'];

const DECLINED: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: 'the card was declined',
  pm_card_chargeDeclinedInsufficientFunds: 'the card has insufficient funds',
  pm_card_chargeDeclinedExpiredCard: 'the card has expired',
};

/** Why a payment method is declined; `undefined` when it is accepted. */
export function declineReason(paymentMethod: string): string | undefined {
  if (ACCEPTED.includes(paymentMethod)) return undefined;
  const known = [...ACCEPTED, ...Object.keys(DECLINED)].join(', ');
  return Object.hasOwn(DECLINED, paymentMethod)
    ? DECLINED[paymentMethod]
    : `the payment method ${paymentMethod} is not known: the test methods are ${known}`;
}

export interface PaymentMethod {
  readonly token: string;
  readonly label: string;
  readonly hint: string;
}

/** The cards of the simulated payment provider. No number is typed anywhere: what is sent is a token. */
export const PAYMENT_METHODS: readonly PaymentMethod[] = [
  { token: 'pm_card_visa', label: 'Visa', hint: 'pays' },
  { token: 'pm_card_mastercard', label: 'Mastercard', hint: 'pays' },
  { token: 'pm_card_chargeDeclined', label: 'A card that is declined', hint: 'the order fails, and is undone' },
  {
    token: 'pm_card_chargeDeclinedInsufficientFunds',
    label: 'A card without funds',
    hint: 'the order fails, and is undone',
  },
  {
    token: 'pm_card_chargeDeclinedExpiredCard',
    label: 'A card that has expired',
    hint: 'the order fails, and is undone',
  },
];

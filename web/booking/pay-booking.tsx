import { useState } from 'preact/hooks';
import type { RequestError } from '../api/requests.ts';
import { formatMoney } from '../format/money.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { Booking } from './booking.ts';
import { PAYMENT_METHODS } from './payment-methods.ts';

export interface PayBookingProps {
  readonly booking: Booking;
  readonly isSending: boolean;
  readonly problem: RequestError | undefined;
  readonly onBack: () => void;
  readonly onPay: (paymentMethod: string) => void;
}

export function PayBooking({
  booking: { item, quantity, customer },
  isSending,
  problem,
  onBack,
  onPay,
}: PayBookingProps) {
  // It may have been taken: sent again as it was, it is taken once; with another card it would be another order.
  const isUncertain = problem !== undefined && (problem.status === 0 || problem.status >= 500);
  const [chosen, setChosen] = useState(PAYMENT_METHODS[0]?.token ?? '');
  const pay = (event: Event) => {
    event.preventDefault();
    onPay(chosen);
  };
  return (
    <>
      <Heading title="Pay" />
      <form class="sheet" onSubmit={pay}>
        <p class="chosen">
          {quantity} × <strong>{item.name}</strong>
          {customer !== '' && ` for ${customer}`}
        </p>
        <fieldset disabled={isSending || isUncertain}>
          <legend>Test cards; no money moves</legend>
          {PAYMENT_METHODS.map(({ token, label, hint }) => (
            <label key={token} class="choice">
              <input
                type="radio"
                name="card"
                value={token}
                checked={token === chosen}
                onChange={() => setChosen(token)}
              />
              <span>{label}</span>
              <span class="hint">{hint}</span>
            </label>
          ))}
        </fieldset>
        <ProblemNote problem={problem}>
          {isUncertain && 'Try again: the order is taken once, however often it is sent.'}
        </ProblemNote>
        <p class="actions">
          <button type="button" onClick={onBack} disabled={isSending || isUncertain}>
            Back
          </button>
          <button type="submit" class="main" disabled={isSending}>
            Pay {formatMoney(item.price * quantity, item.currency)}
          </button>
        </p>
      </form>
    </>
  );
}

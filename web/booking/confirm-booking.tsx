import { useState } from 'preact/hooks';
import { formatMoney } from '../format/money.ts';
import { Heading } from '../parts/heading.tsx';
import type { Booking } from './booking.ts';

/** The API takes a thousand at most. */
const MOST_UNITS = 1000;
const LONGEST_NAME = 200;

export interface ConfirmBookingProps {
  readonly booking: Booking;
  readonly onBack: () => void;
  readonly onConfirm: (booking: Booking) => void;
}

export function ConfirmBooking({ booking, onBack, onConfirm }: ConfirmBookingProps) {
  const { item } = booking;
  const [quantity, setQuantity] = useState(String(booking.quantity));
  const [customer, setCustomer] = useState(booking.customer);
  const units = /^\d{1,4}$/.test(quantity) ? Number(quantity) : 0;
  const isRight = units >= 1 && units <= MOST_UNITS;

  const confirm = (event: Event) => {
    event.preventDefault();
    if (isRight) onConfirm({ item, quantity: units, customer: customer.trim() });
  };

  return (
    <>
      <Heading title="Confirm" />
      <form class="sheet" onSubmit={confirm} noValidate>
        <p class="chosen">
          <strong>{item.name}</strong> {formatMoney(item.price, item.currency)} each, {item.available} left
        </p>
        <label>
          <span>How many</span>
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={quantity}
            aria-invalid={!isRight}
            aria-describedby="quantity-hint"
            onInput={({ currentTarget }) => setQuantity(currentTarget.value)}
          />
        </label>
        <p id="quantity-hint" class={isRight ? 'hint' : 'hint bad'}>
          {hintOf({ isRight, units, left: item.available })}
        </p>
        <label>
          <span>For whom</span>
          <input
            type="text"
            autocomplete="name"
            maxLength={LONGEST_NAME}
            placeholder="a name, if you like"
            value={customer}
            onInput={({ currentTarget }) => setCustomer(currentTarget.value)}
          />
        </label>
        <p class="total">
          <span>Total</span> <strong>{isRight ? formatMoney(item.price * units, item.currency) : '–'}</strong>
        </p>
        <p class="actions">
          <button type="button" onClick={onBack}>
            Back
          </button>
          <button type="submit" class="main" disabled={!isRight}>
            Confirm
          </button>
        </p>
      </form>
    </>
  );
}

function hintOf({
  isRight,
  units,
  left,
}: {
  readonly isRight: boolean;
  readonly units: number;
  readonly left: number;
}): string {
  if (!isRight) return `A whole number from 1 to ${MOST_UNITS}.`;
  return units > left ? 'More than are left: the order will be refused and undone.' : 'Units are held while you pay.';
}

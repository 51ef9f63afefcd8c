import { useState } from 'preact/hooks';
import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { request } from '../api/requests.ts';
import { useAction } from '../api/use-action.ts';
import { goOnTo } from '../parts/go-on.ts';
import type { Route } from '../route.ts';
import type { Booking } from './booking.ts';
import { ConfirmBooking } from './confirm-booking.tsx';
import { newIdempotencyKey } from './idempotency-key.ts';
import { OrderProgress } from './order-progress.tsx';
import { PayBooking } from './pay-booking.tsx';
import { SelectItem } from './select-item.tsx';

type Phase =
  | { readonly name: 'select' }
  | { readonly name: 'confirm'; readonly booking: Booking }
  /** The key stands for the order from here on: whoever sends it again orders once. */
  | { readonly name: 'pay'; readonly booking: Booking; readonly key: string };

const PHASES = ['select', 'confirm', 'pay'] as const;

/** Select an item, confirm, pay; then the order as it goes. */
export function BookView({ orderId }: { readonly orderId: string | undefined }) {
  const [phase, setPhase] = useState<Phase>({ name: 'select' });
  if (orderId !== undefined) {
    return (
      <main class="booking">
        <Phases now="end" />
        <OrderProgress key={orderId} orderId={orderId} onBookAnother={() => setPhase({ name: 'select' })} />
      </main>
    );
  }
  return (
    <main class="booking">
      <Phases now={phase.name} />
      <PhaseView phase={phase} onPhase={setPhase} />
    </main>
  );
}

function PhaseView({ phase, onPhase }: { readonly phase: Phase; readonly onPhase: (phase: Phase) => void }) {
  switch (phase.name) {
    case 'select':
      return (
        <SelectItem onSelect={(item) => onPhase({ name: 'confirm', booking: { item, quantity: 1, customer: '' } })} />
      );
    case 'confirm':
      return (
        <ConfirmBooking
          booking={phase.booking}
          onBack={() => onPhase({ name: 'select' })}
          onConfirm={(booking) => onPhase({ name: 'pay', booking, key: newIdempotencyKey() })}
        />
      );
    case 'pay':
      return <Payment phase={phase} onPhase={onPhase} />;
  }
}

interface PaymentProps {
  readonly phase: Extract<Phase, { name: 'pay' }>;
  readonly onPhase: (phase: Phase) => void;
}

function Payment({ phase: { booking, key }, onPhase }: PaymentProps) {
  const { isUnderWay, problem, act } = useAction();

  const pay = async (paymentMethod: string): Promise<Route> => {
    const { item, quantity, customer } = booking;
    const order = await request<OrderRepresentation>('/orders', {
      method: 'POST',
      headers: { 'idempotency-key': key },
      body: { itemId: item.itemId, quantity, paymentMethod, ...(customer !== '' && { customer }) },
    });
    onPhase({ name: 'select' });
    return { view: 'book', orderId: order.orderId };
  };

  return (
    <PayBooking
      booking={booking}
      isSending={isUnderWay}
      problem={problem}
      onBack={() => onPhase({ name: 'confirm', booking })}
      onPay={(paymentMethod) => void act(() => goOnTo(() => pay(paymentMethod)))}
    />
  );
}

function Phases({ now }: { readonly now: Phase['name'] | 'end' }) {
  return (
    <ol class="phases" aria-label="Phases of a booking">
      {PHASES.map((name, index) => (
        <li
          key={name}
          class={now === 'end' || index < PHASES.indexOf(now) ? 'done' : ''}
          aria-current={name === now ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { useOrder } from '../api/use-order.ts';
import { describeBooking } from '../parts/booking-of.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { RepeatOrder } from '../parts/repeat-order.tsx';
import { StatusMark, StatusShape } from '../parts/status-mark.tsx';
import { addressOf } from '../route.ts';
import { describeUndoing } from './describe-undoing.ts';

export interface OrderProgressProps {
  readonly orderId: string;
  readonly onBookAnother: () => void;
}

/** An order from its taking to its end, as its customer sees it. */
export function OrderProgress({ orderId, onBookAnother }: OrderProgressProps) {
  const { order, problem, connection } = useOrder(orderId);
  return (
    <>
      <Heading title="Your order" />
      <ProblemNote problem={problem} />
      {order === undefined && problem === undefined && <p class="quiet">Reading …</p>}
      {order && (
        <div class="sheet">
          <p class="chosen">{describeBooking(order.input) ?? orderId}</p>
          <p class="standing" role="status">
            <StatusMark status={order.status} /> <span>{sentenceOf(order)}</span>
            {connection === 'waiting' && <span class="connection">connecting again …</span>}
          </p>
          <ol class="progress" aria-label="Steps">
            {order.steps.map(({ name, status }) => (
              <li key={name}>
                <StatusShape status={status} />
                <span class="name">{name}</span>
                <span class="hint">{status}</span>
              </li>
            ))}
          </ol>
          <Outcome order={order} />
          <p class="actions">
            <a class="button" href={addressOf({ view: 'execution', orderId })}>
              What happened, in detail
            </a>
            <a class="button" href={addressOf({ view: 'book' })} onClick={onBookAnother}>
              Book another
            </a>
          </p>
        </div>
      )}
    </>
  );
}

function Outcome({ order }: { readonly order: OrderRepresentation }) {
  const { orderId, status, failure, recovery } = order;
  if (failure === undefined) return null;
  const undone = recovery?.actions ?? [];
  return (
    <>
      <p class="said">
        {failure.kind === 'REJECTED' ? (
          <>
            <strong>Refused</strong> {failure.message}
          </>
        ) : (
          'Something failed on our side.'
        )}
      </p>
      {undone.length > 0 && (
        <>
          <h2>What was undone</h2>
          <ul class="undone">
            {undone.map((action) => (
              <li key={action.handler}>{describeUndoing(action)}</li>
            ))}
          </ul>
        </>
      )}
      {status === 'FAILED' && (
        <RepeatOrder orderId={orderId} label="Try again" routeOf={(id) => ({ view: 'book', orderId: id })} />
      )}
    </>
  );
}

function sentenceOf({ status, steps, failure, reason }: OrderRepresentation): string {
  switch (status) {
    case 'RUNNING':
      return `Under way: ${steps.find((step) => step.status === 'RUNNING')?.name ?? 'starting'}.`;
    case 'SUCCEEDED':
      return 'Paid. The booking is yours.';
    case 'HELD':
      return 'Not booked. A person looks at it before anything is undone.';
    case 'RECOVERING':
      return `${failure?.step ?? 'A step'} failed; everything is being undone.`;
    case 'FAILED':
      return 'Not booked, and nothing was kept.';
    case 'RECOVERY_FAILED':
      return 'Not booked. Undoing it has failed so far; it is tried on, and somebody is told.';
    default:
      return reason ?? 'Not booked yet: a person has to look at it.';
  }
}

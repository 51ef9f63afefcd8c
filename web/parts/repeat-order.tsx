import { useState } from 'preact/hooks';
import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { request, RequestError } from '../api/requests.ts';
import { addressOf, type Route } from '../route.ts';
import { ProblemNote } from './problem-note.tsx';

export interface RepeatOrderProps {
  readonly orderId: string;
  readonly label: string;
  /** Where the new order is shown. */
  readonly routeOf: (newOrderId: string) => Route;
}

/** Repeats a failed order whose recovery is done; however often it is pressed, there is one new order. */
export function RepeatOrder({ orderId, label, routeOf }: RepeatOrderProps) {
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<RequestError>();

  const repeat = async () => {
    setIsSending(true);
    setProblem(undefined);
    try {
      const path = `/orders/${encodeURIComponent(orderId)}/redrive`;
      const order = await request<OrderRepresentation>(path, { method: 'POST' });
      location.hash = addressOf(routeOf(order.orderId));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setProblem(error);
    }
    setIsSending(false);
  };

  return (
    <>
      <p class="actions">
        <button type="button" class="main" disabled={isSending} onClick={() => void repeat()}>
          {label}
        </button>
      </p>
      <ProblemNote problem={problem} />
    </>
  );
}

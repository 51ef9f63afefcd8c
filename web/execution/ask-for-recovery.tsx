import { request } from '../api/requests.ts';
import { OrderAction } from '../parts/order-action.tsx';

export interface AskForRecoveryProps {
  readonly orderId: string;
  readonly label: string;
}

/** Lets the recovery of an order begin that waits for a person, or be tried at once. What comes of it is seen by itself. */
export function AskForRecovery({ orderId, label }: AskForRecoveryProps) {
  const ask = async () => {
    await request(`/orders/${encodeURIComponent(orderId)}/recovery`, { method: 'POST' });
  };
  return <OrderAction label={label} onPress={ask} />;
}

import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';
import { request } from '../api/requests.ts';
import type { Route } from '../route.ts';
import { goOnTo } from './go-on.ts';
import { OrderAction } from './order-action.tsx';

export interface RepeatOrderProps {
  readonly orderId: string;
  readonly label: string;
  /** Where the new order is shown. */
  readonly routeOf: (newOrderId: string) => Route;
}

/** Repeats a failed order whose recovery is done; however often it is pressed, there is one new order. */
export function RepeatOrder({ orderId, label, routeOf }: RepeatOrderProps) {
  const repeat = async () => {
    const path = `/orders/${encodeURIComponent(orderId)}/redrive`;
    const order = await request<OrderRepresentation>(path, { method: 'POST' });
    return routeOf(order.orderId);
  };
  return <OrderAction label={label} onPress={() => goOnTo(repeat)} />;
}

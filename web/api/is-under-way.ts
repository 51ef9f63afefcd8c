import type { OrderRepresentation } from '../../coordinator/schemas/order.ts';

/** Something will happen to it by itself, and soon. */
export function isUnderWay({ status }: Pick<OrderRepresentation, 'status'>): boolean {
  return status === 'RUNNING' || status === 'RECOVERING';
}

/** Nothing more will happen to it, whoever does what. */
export function hasEnded({ status }: Pick<OrderRepresentation, 'status'>): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'QUARANTINED' || status === 'UNKNOWN_VERSION';
}

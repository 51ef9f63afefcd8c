import type { ItemRepresentation } from '../../coordinator/schemas/item.ts';

/** What was chosen so far. */
export interface Booking {
  readonly item: ItemRepresentation;
  readonly quantity: number;
  readonly customer: string;
}

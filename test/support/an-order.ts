import type { OrderInput } from '../../booking/order.ts';
import { BOOKING } from '../../booking/workflow.ts';
import type { OrderRecord } from '../../workflow/records.ts';
import { anExecutionId } from './an-execution-id.ts';

export function anOrderInput(fields: Partial<OrderInput> = {}): OrderInput {
  return { itemId: 'seat', quantity: 2, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa', ...fields };
}

export function anOrderRecord(fields: Partial<OrderRecord> = {}): OrderRecord {
  return {
    executionId: anExecutionId(),
    workflow: { name: BOOKING.name, version: BOOKING.version },
    submittedAt: Date.UTC(2026, 0, 1),
    input: anOrderInput(),
    ...fields,
  };
}

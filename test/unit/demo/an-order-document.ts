import type { FailureDocument, OrderDocument, StepDocument } from '../../../demo/order-document.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

export const SUBMITTED_AT = Date.UTC(2026, 0, 1);

export function aFailureDocument(fields: Partial<FailureDocument> = {}): FailureDocument {
  return {
    kind: 'TYPE_ERROR',
    error: 'TypeError',
    message: 'provider.chargeCard is not a function',
    signal: 'log',
    attempt: 1,
    detectedAt: SUBMITTED_AT + 800,
    ...fields,
  };
}

export function aStepDocument(fields: Partial<StepDocument> = {}): StepDocument {
  return {
    name: 'confirm-order',
    status: 'SUCCEEDED',
    endedAt: SUBMITTED_AT + 100,
    attempts: [{ attempt: 1 }],
    ...fields,
  };
}

export function aSucceededOrder(fields: Partial<OrderDocument> = {}): OrderDocument {
  return {
    orderId: anExecutionId(),
    status: 'SUCCEEDED',
    submittedAt: SUBMITTED_AT,
    steps: [aStepDocument(), aStepDocument({ name: 'payment', endedAt: SUBMITTED_AT + 250 })],
    ...fields,
  };
}

export function aFailedOrder(fields: Partial<OrderDocument> = {}): OrderDocument {
  const failure = aFailureDocument();
  return {
    orderId: anExecutionId(),
    status: 'FAILED',
    submittedAt: SUBMITTED_AT,
    steps: [aStepDocument(), aStepDocument({ name: 'payment', status: 'FAILED', attempts: [{ attempt: 1, failure }] })],
    failure: { ...failure, step: 'payment' },
    recovery: { recoveredAt: SUBMITTED_AT + 900, failures: [], actions: [] },
    ...fields,
  };
}

import type { OrderRepresentation } from '../../../coordinator/schemas/order.ts';

export const T0 = Date.UTC(2026, 10, 23, 12, 0, 0, 450);

/** As S3 says an instant: to the second. */
export const whole = (ms: number) => iso(Math.floor((T0 + ms) / 1000) * 1000 - T0);
/** An instant, milliseconds after the order was taken. */
export const iso = (ms: number) => new Date(T0 + ms).toISOString();

export const ORDER_ID = '019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57';

type Step = OrderRepresentation['steps'][number];
type Failure = NonNullable<Step['attempts'][number]['failure']>;

export function aFailure(ms: number, overrides: Partial<Failure> = {}): Failure {
  return {
    kind: 'ACCESS_DENIED',
    error: 'AccessDenied',
    message: 'could not read',
    signal: 'log',
    attempt: 1,
    detectedAt: iso(ms),
    requestId: 'request-2',
    evidence: ['event-1'],
    ...overrides,
  };
}

/** Taken at 0, confirmed from 60 to 100 ms. */
export const CONFIRMED: Step = {
  name: 'confirm-order',
  status: 'SUCCEEDED',
  triggeredAt: whole(0),
  startedAt: iso(60),
  endedAt: iso(100),
  output: { units: 2 },
  attempts: [{ attempt: 1, requestId: 'request-1' }],
};

export function anOrder(overrides: Partial<OrderRepresentation> = {}): OrderRepresentation {
  return {
    orderId: ORDER_ID,
    status: 'RUNNING',
    workflow: { name: 'booking', version: 1 },
    submittedAt: iso(0),
    input: { itemId: 'ticket', quantity: 2 },
    steps: [
      CONFIRMED,
      {
        name: 'payment',
        after: 'confirm-order',
        status: 'RUNNING',
        triggeredAt: whole(100),
        attempts: [{ attempt: 1 }],
      },
    ],
    ...overrides,
  };
}

/** Its payment was denied at 500 ms and undone at 620 ms. */
export function aRecoveredOrder(): OrderRepresentation {
  const failure = aFailure(500);
  return anOrder({
    status: 'FAILED',
    endedAt: whole(620),
    steps: [
      CONFIRMED,
      {
        name: 'payment',
        after: 'confirm-order',
        status: 'FAILED',
        triggeredAt: whole(100),
        endedAt: iso(510),
        attempts: [
          {
            attempt: 1,
            requestId: 'request-2',
            failure,
            confirmations: [aFailure(580, { signal: 'destination' })],
          },
        ],
      },
    ],
    failure: { ...failure, step: 'payment' },
    recovery: {
      recoveredAt: iso(620),
      actions: [
        { handler: 'cancel-payment', step: 'payment', before: { status: 'none' }, after: { status: 'cancelled' } },
        { handler: 'close-stock-slot', step: 'confirm-order', before: { units: 2 }, after: { units: 0 } },
      ],
      failures: [],
    },
  });
}

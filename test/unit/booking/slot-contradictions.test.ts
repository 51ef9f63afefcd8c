import { describe, expect, it } from 'vitest';
import { STOCK_HORIZON_MS } from '../../../booking/horizon.ts';
import { UnreadableLedgerError } from '../../../booking/ledger.ts';
import type { Payment } from '../../../booking/payment-provider.ts';
import { slotContradictions } from '../../../booking/slot-contradictions.ts';
import { StorageUnavailableError } from '../../../storage/errors.ts';
import type { Execution } from '../../../workflow/execution.ts';
import { anOrderInput } from '../../support/an-order.ts';
import { EXECUTION } from '../monitor/builders.ts';

const T = Date.UTC(2026, 0, 1);
const payment = { paymentId: 'p', total: 1, currency: 'EUR', paymentMethod: 'pm_card_visa' };
const CAPTURED: Payment = { status: 'captured', payment };
const CANCELLED: Payment = { status: 'cancelled' };

interface Books {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly payment?: Payment;
  readonly units?: number;
  readonly agoMs?: number;
  readonly input?: unknown;
}

function contradictionsOf({ status, payment, units = 0, agoMs = 0, input = anOrderInput({ quantity: 2 }) }: Books) {
  const execution: Execution = {
    executionId: EXECUTION,
    status,
    workflow: { name: 'booking', version: 1 },
    submittedAt: T,
    endedAt: T,
    input,
    steps: [],
  };
  const stock = { slot: async () => ({ units, isClosed: status === 'FAILED' }) };
  return slotContradictions({ stock, payments: { find: async () => payment }, now: () => T + agoMs }, execution);
}

describe('stock and payment of an execution that has ended', () => {
  it.each<[string, Books]>([
    ['paid and held', { status: 'SUCCEEDED', payment: CAPTURED, units: 2 }],
    ['paid, and folded into what is sold', { status: 'SUCCEEDED', payment: CAPTURED, agoMs: STOCK_HORIZON_MS }],
    ['cancelled and freed', { status: 'FAILED', payment: CANCELLED }],
    ['failed before any payment', { status: 'FAILED' }],
    ['failed, of an order that cannot be read', { status: 'FAILED', input: 'nonsense', units: 7 }],
  ])('contradict nothing: %s', async (_what, books) => {
    expect(await contradictionsOf(books)).toEqual([]);
  });

  it.each<[string, Books, readonly string[]]>([
    ['succeeded unpaid', { status: 'SUCCEEDED', units: 2 }, ['It succeeded, and its payment is not there.']],
    [
      'succeeded and given back',
      { status: 'SUCCEEDED', payment: CANCELLED, units: 2 },
      ['It succeeded, and its payment is cancelled.'],
    ],
    [
      'succeeded just now and holds too little',
      { status: 'SUCCEEDED', payment: CAPTURED, units: 1 },
      [expect.stringMatching(/^It succeeded with 2 of \S+, and holds 1\.$/) as string],
    ],
    [
      'failed, and holds and was paid',
      { status: 'FAILED', payment: CAPTURED, units: 2 },
      ['It failed, and its payment is captured.', expect.stringMatching(/^It failed, and holds 2 of/) as string],
    ],
  ])('contradict it: %s', async (_what, books, sentences) => {
    expect(await contradictionsOf(books)).toEqual(sentences);
  });

  it('are told when they cannot be read, unless it is S3 that does not answer', async () => {
    const failing = (error: Error) =>
      slotContradictions(
        {
          stock: { slot: async () => ({ units: 0, isClosed: true }) },
          payments: { find: () => Promise.reject(error) },
          now: () => T,
        },
        {
          executionId: EXECUTION,
          status: 'FAILED',
          workflow: { name: 'booking', version: 1 },
          submittedAt: T,
          input: {},
          steps: [],
        },
      );
    expect(await failing(new UnreadableLedgerError('ledger entry x cannot be read'))).toEqual([
      'ledger entry x cannot be read.',
    ]);
    await expect(failing(new StorageUnavailableError('SlowDown', 'could not read'))).rejects.toThrow('SlowDown');
  });
});

import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../booking/ledger.ts';
import { payment, UnknownConfirmationError } from '../../../lambdas/payment/payment.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';

const ID = anExecutionId();
const CONFIRMATION = stepRecordKey(ID, 'confirm-order');
const TRIGGER = { executionId: ID, bucket: STATE_STORAGE_BUCKET, key: CONFIRMATION, triggeredAt: 0, attempt: 1 };
const OUTPUT = { itemId: 'seat', quantity: 2, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' };

function aConfirmation(fields: object = {}): object {
  return {
    executionId: ID,
    step: 'confirm-order',
    attempt: 1,
    endedAt: 0,
    writtenBy: 'function',
    status: 'SUCCEEDED',
    output: OUTPUT,
    ...fields,
  };
}

function aPayment(confirmation: unknown) {
  const { s3, appStore, stateStorage } = memoryStores();
  if (confirmation !== undefined) s3.place(STATE_STORAGE_BUCKET, CONFIRMATION, confirmation);
  const ledger = new Ledger({ objects: appStore });
  return { s3, ledger, run: (trigger = TRIGGER) => payment({ stateStorage, provider: ledger })(trigger) };
}

describe('payment', () => {
  it.each([
    { what: 'there is none', confirmation: undefined, message: /there is no confirmation/ },
    { what: 'it is none', confirmation: { executionId: ID }, message: /cannot be read/ },
    {
      what: 'it names another execution',
      confirmation: aConfirmation({ executionId: anExecutionId({ n: 1 }) }),
      message: /names another execution/,
    },
    {
      what: 'its output says no total',
      confirmation: aConfirmation({ output: { ...OUTPUT, total: undefined } }),
      message: /is not a confirmation: total/,
    },
  ])(
    'throws and captures nothing when the confirmation cannot be acted on: $what',
    async ({ confirmation, message }) => {
      const { run, ledger } = aPayment(confirmation);
      await expect(run()).rejects.toThrow(UnknownConfirmationError);
      await expect(run()).rejects.toThrow(message);
      expect(await ledger.find(ID)).toBeUndefined();
    },
  );

  it('throws when its trigger is not a confirmation', async () => {
    const { run } = aPayment(aConfirmation());
    await expect(run({ ...TRIGGER, key: orderKey(ID) })).rejects.toThrow(
      /is not a confirmation: confirmations are executions\//,
    );
  });

  it('is skipped when confirm-order failed, and captures nothing', async () => {
    const failure = {
      kind: 'REJECTED',
      error: 'SoldOut',
      message: 'none left',
      signal: 'function',
      attempt: 1,
      detectedAt: 0,
    };
    const { run, ledger } = aPayment(aConfirmation({ status: 'FAILED', failure }));
    expect(await run()).toEqual({ status: 'SKIPPED' });
    expect(await ledger.find(ID)).toBeUndefined();
  });

  it('rejects a declined card with the reason', async () => {
    const { run } = aPayment(aConfirmation({ output: { ...OUTPUT, paymentMethod: 'pm_card_chargeDeclined' } }));
    expect(await run()).toEqual({ status: 'REJECTED', error: 'CardDeclined', message: 'the card was declined' });
  });

  it('gives way when recovery has cancelled the payment, and captures nothing', async () => {
    const { run, ledger } = aPayment(aConfirmation());
    await ledger.cancel(ID);
    expect(await run()).toEqual({ status: 'BARRED', write: 'payment-capture' });
    expect(await ledger.find(ID)).toEqual({ status: 'cancelled' });
  });

  it('captures once, however often it runs', async () => {
    const { run } = aPayment(aConfirmation());
    const receipt = { status: 'SUCCEEDED', output: { paymentId: expect.any(String), total: 2500, currency: 'EUR' } };
    const first = await run();
    expect(first).toEqual(receipt);
    expect(await run()).toEqual(first);
  });
});

import { describe, expect, it } from 'vitest';
import { paymentKey } from '../../../booking/keys.ts';
import { Ledger, UnreadableLedgerError } from '../../../booking/ledger.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores } from '../../support/memory-s3.ts';

const ID = anExecutionId();
const REQUEST = { idempotencyKey: ID, total: 2500, currency: 'EUR', paymentMethod: 'pm_card_visa' };

function aLedger() {
  const { s3, appStore } = memoryStores();
  return { s3, ledger: new Ledger({ objects: appStore }) };
}

describe('the ledger', () => {
  it('captures although the answer to its write was lost', async () => {
    const { s3, ledger } = aLedger();
    s3.fail('lost-response', { operation: 'PutObject' });
    expect(await ledger.capture(REQUEST)).toMatchObject({ status: 'captured' });
    expect(s3.json(APP_STORE_BUCKET, paymentKey(ID))).toMatchObject({ status: 'captured', payment: { total: 2500 } });
  });

  it('cancels what is captured between its read and its write', async () => {
    const { s3, ledger } = aLedger();
    s3.before({ operation: 'PutObject' }, () => ledger.capture(REQUEST));
    expect(await ledger.cancel(ID)).toMatchObject({ before: 'captured' });
    expect(await ledger.find(ID)).toMatchObject({ status: 'cancelled', payment: { total: 2500 } });
  });

  it('cancels with one call what was never captured', async () => {
    const { s3, ledger } = aLedger();
    expect(await ledger.cancel(ID)).toEqual({ before: 'none' });
    expect(s3.counts()).toEqual({ PutObject: 1 });
  });

  it('writes once for a capture, and nothing for a decline', async () => {
    const { s3, ledger } = aLedger();
    await ledger.capture({ ...REQUEST, paymentMethod: 'pm_card_chargeDeclined' });
    expect(s3.counts()).toEqual({});
    await ledger.capture(REQUEST);
    expect(s3.counts()).toEqual({ PutObject: 1 });
  });

  it('names the entry when it cannot be read', async () => {
    const { s3, ledger } = aLedger();
    s3.place(APP_STORE_BUCKET, paymentKey(ID), { status: 'captured' });
    await expect(ledger.find(ID)).rejects.toThrow(UnreadableLedgerError);
    await expect(ledger.cancel(ID)).rejects.toThrow(paymentKey(ID));
  });
});

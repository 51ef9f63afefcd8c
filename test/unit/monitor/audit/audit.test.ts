import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { attemptClaimKey, quarantineKey, recoveryKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { anExecutionId } from '../../../support/an-execution-id.ts';
import { STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { aFailedRecord, aSuccess } from '../builders.ts';
import { anAudit } from './an-audit.ts';

const T = Date.UTC(2026, 0, 1);
const idAt = (seconds: number, n = 0) => anExecutionId({ at: T + seconds * 1000, n });

/** Failed by its own function, and recovered by nobody. */
function placeFailed({ placeOrder, placeFact }: ReturnType<typeof anAudit>, executionId: string) {
  placeOrder(executionId);
  placeFact(
    stepRecordKey(executionId, 'confirm-order'),
    aFailedRecord('confirm-order', { kind: 'REJECTED' }, executionId),
  );
}

function placeSucceeded({ placeOrder, placeFact }: ReturnType<typeof anAudit>, executionId: string) {
  placeOrder(executionId);
  for (const step of ['confirm-order', 'payment'])
    placeFact(stepRecordKey(executionId, step), aSuccess(step, executionId));
}

describe('an audit', () => {
  it('finds what is half done in its range, bounds of the range and facts without an order included', async () => {
    const made = anAudit();
    for (const seconds of [0, 10, 19, 20]) placeFailed(made, idAt(seconds));
    placeSucceeded(made, idAt(11));
    made.placeFact(stepRecordKey(idAt(12), 'payment'), aSuccess('payment', idAt(12)));
    const { summary, entries } = await made.auditRange({ from: T + 10_000, to: T + 20_000 });
    expect(entries.map(({ finding }) => finding.executionId)).toEqual([idAt(10), idAt(12), idAt(19)]);
    expect(summary).toEqual({ seen: 4, halfDone: 3, conditions: { 'not-recovered': 2, 'no-order': 1 }, left: 3 });
    expect(made.s3.counts({ operation: 'PutObject' })).toEqual({});
  });

  it('asks of an execution that succeeded one read, and of one that was recovered none', async () => {
    const made = anAudit();
    placeSucceeded(made, idAt(1));
    placeFailed(made, idAt(2));
    made.placeFact(recoveryKey(idAt(2)), {});
    expect((await made.auditRange()).summary).toMatchObject({ seen: 2, halfDone: 0, left: 0 });
    expect(made.s3.counts()).toEqual({ ListObjectsV2: 2, GetObject: 1 });
  });

  it('goes through a range of many batches, and finds the needle in it', async () => {
    const made = anAudit();
    for (let n = 0; n < 2_500; n += 1) placeSucceeded(made, idAt(n));
    placeFailed(made, idAt(1_700, 1));
    const { summary, entries } = await made.auditRange();
    expect(summary.seen).toBe(2_501);
    expect(entries.map(({ finding }) => finding.executionId)).toEqual([idAt(1_700, 1)]);
  });

  it('repairs what it finds, reads it back, and finds nothing the next time', async () => {
    const made = anAudit();
    for (const n of [1, 2, 3]) placeFailed(made, idAt(n));
    const { summary, entries } = await made.auditRange({ apply: true });
    expect(summary).toMatchObject({ halfDone: 3, left: 0 });
    expect(entries.map(({ repaired }) => repaired)).toEqual(
      [1, 2, 3].map((n) => ({
        executionId: idAt(n),
        outcome: 'ended',
        status: 'FAILED',
        written: [{ at: expect.any(Number) as number, object: recoveryKey(idAt(n)), says: 'recovered, and read back' }],
      })),
    );
    expect((await made.auditRange()).summary).toMatchObject({ seen: 3, halfDone: 0 });
  });
});

describe('repairing', () => {
  const lost = idAt(1);

  async function repairLost(made: ReturnType<typeof anAudit>) {
    made.placeOrder(lost);
    await made.clock.advance(60_000);
    const { entries } = await made.auditRange({ apply: true });
    return entries[0]?.repaired;
  }

  it('claims, waits until the claim is due, invokes, and follows the function to the end', async () => {
    const made = anAudit();
    made.lambda.mock.on(InvokeCommand).callsFake(() => {
      for (const step of ['confirm-order', 'payment'])
        made.placeFact(stepRecordKey(lost, step), { ...aSuccess(step, lost), attempt: 2 });
      return { $metadata: { requestId: 'request-2' } };
    });
    const repaired = await repairLost(made);
    expect(repaired).toMatchObject({ outcome: 'ended', status: 'SUCCEEDED' });
    expect(repaired?.written.map(({ says }) => says.split(',')[0])).toEqual([
      expect.stringMatching(/^attempt 2 of confirm-order claimed for /),
      'confirm-order SUCCEEDED in attempt 2',
      'attempt 2 of confirm-order invoked',
      'payment SUCCEEDED in attempt 2',
    ]);
  });

  it('goes on until attempts are spent, and recovers then', async () => {
    const made = anAudit();
    const repaired = await repairLost(made);
    expect(made.lambda.invoked().map(({ payload }) => payload.attempt)).toEqual([2, 3]);
    expect(repaired).toMatchObject({ outcome: 'ended', status: 'FAILED' });
    expect(made.undone).toEqual(['confirm-order']);
  });

  it('leaves what has not ended within its time to the next audit, or the monitor', async () => {
    const made = anAudit({ waitMs: 3_000 });
    expect(await repairLost(made)).toMatchObject({
      outcome: 'left',
      why: 'it has not ended in time',
      written: [{ object: attemptClaimKey(lost, 'confirm-order', 2) }, {}],
    });
  });

  it('leaves with its reason what Lambda does not take, and repairs the others', async () => {
    const made = anAudit();
    made.lambda.mock.on(InvokeCommand).rejects(new Error('no way to Lambda'));
    placeFailed(made, idAt(2));
    made.placeOrder(lost);
    await made.clock.advance(60_000);
    const { summary, entries } = await made.auditRange({ apply: true });
    expect(summary).toMatchObject({ halfDone: 2, left: 1 });
    expect(entries.find(({ finding }) => finding.executionId === lost)?.repaired).toMatchObject({
      outcome: 'left',
      why: 'the repair failed: Error: no way to Lambda',
    });
  });

  it('does not wait for a recovery that is tried again later than that', async () => {
    const made = anAudit({ waitMs: 1_000, check: () => Promise.reject(new Error('broken')) });
    placeFailed(made, idAt(1));
    const { entries } = await made.auditRange({ apply: true });
    expect(entries[0]?.repaired).toMatchObject({
      outcome: 'left',
      why: expect.stringMatching(/^it is tried again at /) as string,
      written: [{ says: expect.stringContaining('try 1 of recovery failed in undo-confirm-order') as string }],
    });
  });

  it('sets aside what cannot be read, and leaves it to a person', async () => {
    const made = anAudit();
    made.placeOrder(lost);
    made.placeFact(stepRecordKey(lost, 'confirm-order'), 'no JSON');
    const { entries } = await made.auditRange({ apply: true });
    expect(entries[0]?.repaired).toMatchObject({ outcome: 'left', why: 'it needs a person' });
    expect(made.s3.json(STATE_STORAGE_BUCKET, quarantineKey(lost))).toMatchObject({ executionId: lost });
  });
});

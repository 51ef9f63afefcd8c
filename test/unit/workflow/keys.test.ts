import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attemptClaimKey,
  attemptInvokedKey,
  barredKey,
  confirmationKey,
  doorbellKey,
  idempotencyKey,
  isExecutionId,
  orderKey,
  parseDoorbellKey,
  parseFactKey,
  quarantineKey,
  recoveryAttemptKey,
  recoveryKey,
  recoveryRequestKey,
  redriveKey,
  stepRecordKey,
  SWEEP_KEY,
  WATERMARK_KEY,
  type FactKey,
} from '../../../workflow/keys.ts';
import { SIGNALS } from '../../../workflow/failure.ts';
import { EXECUTION } from './builders.ts';

const executionId = EXECUTION;

function keyOf(fact: FactKey): string {
  switch (fact.kind) {
    case 'order':
      return orderKey(fact.executionId);
    case 'step-record':
      return stepRecordKey(fact.executionId, fact.step);
    case 'attempt-claim':
      return attemptClaimKey(fact.executionId, fact.step, fact.attempt);
    case 'attempt-invoked':
      return attemptInvokedKey(fact.executionId, fact.step, fact.attempt);
    case 'confirmation':
      return confirmationKey(fact.executionId, fact.step, fact.attempt, fact.signal);
    case 'barred':
      return barredKey(fact.executionId, fact.step, fact.attempt);
    case 'recovery-attempt':
      return recoveryAttemptKey(fact.executionId, fact.attempt);
    case 'recovery-request':
      return recoveryRequestKey(fact.executionId, fact.request);
    case 'recovery':
      return recoveryKey(fact.executionId);
    case 'redrive':
      return redriveKey(fact.executionId);
  }
}

const anyId = fc.uuid({ version: 7 });
const anyStep = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,62}$/)
  .filter((step) => step !== 'recovery' && step !== 'redrive' && !/^recovery-(attempt|request)-/.test(step));
const anyAttempt = fc.integer({ min: 1, max: 9999 });
const anyFactKey: fc.Arbitrary<FactKey> = fc.oneof(
  fc.record({ kind: fc.constant('order' as const), executionId: anyId }),
  fc.record({ kind: fc.constant('recovery' as const), executionId: anyId }),
  fc.record({ kind: fc.constant('redrive' as const), executionId: anyId }),
  fc.record({ kind: fc.constant('recovery-attempt' as const), executionId: anyId, attempt: anyAttempt }),
  fc.record({ kind: fc.constant('recovery-request' as const), executionId: anyId, request: anyAttempt }),
  fc.record({ kind: fc.constant('step-record' as const), executionId: anyId, step: anyStep }),
  fc.record({ kind: fc.constant('attempt-claim' as const), executionId: anyId, step: anyStep, attempt: anyAttempt }),
  fc.record({ kind: fc.constant('attempt-invoked' as const), executionId: anyId, step: anyStep, attempt: anyAttempt }),
  fc.record({ kind: fc.constant('barred' as const), executionId: anyId, step: anyStep, attempt: anyAttempt }),
  fc.record({
    kind: fc.constant('confirmation' as const),
    executionId: anyId,
    step: anyStep,
    attempt: anyAttempt,
    signal: fc.constantFrom(...SIGNALS),
  }),
);

describe('keys', () => {
  it.each([
    ['', 'the empty key'],
    ['orders/', 'the prefix alone'],
    [`orders/${executionId}`, 'no suffix'],
    [`orders/${executionId}.json.json`, 'a suffix too many'],
    [`orders/${executionId}.json\n`, 'a line end'],
    [`/orders/${executionId}.json`, 'a leading slash'],
    [`x/orders/${executionId}.json`, 'another folder'],
    [`orders/${executionId.toUpperCase()}.json`, 'an id in upper case'],
    [`orders/${executionId.replace('-7', '-4')}.json`, 'an id of another UUID version'],
    [`orders/${executionId.slice(1)}.json`, 'an id cut short'],
    [`orders/../executions/${executionId}.json`, 'a way up'],
    [`executions/${executionId}/`, 'no name'],
    [`executions/${executionId}/.json`, 'an empty name'],
    [`executions/${executionId}/../pay.json`, 'a way out'],
    [`executions/${executionId}/a/b.json`, 'a folder below'],
    [`executions/${executionId}/Pay.json`, 'a name in upper case'],
    [`executions/${executionId}/pay.attempt-0.json`, 'attempt 0'],
    [`executions/${executionId}/pay.attempt-02.json`, 'a number that is written in two ways'],
    [`executions/${executionId}/pay.attempt-10000.json`, 'a number beyond the limit'],
    [`executions/${executionId}/pay.attempt-2.invoked.invoked.json`, 'a suffix twice'],
    [`executions/${executionId}/pay.attempt-2.confirmed-by-rumour.json`, 'a signal that there is not'],
    [`executions/${executionId}/pay.confirmed-by-log.json`, 'a signal of no attempt'],
    [`executions/${executionId}/pay.attempt-2.invoked.confirmed-by-log.json`, 'a note that is confirmed'],
    [`executions/${executionId}/pay.barred.json`, 'a late write of no attempt'],
    [`executions/${executionId}/pay.json%00`, 'an encoded zero'],
    [`executions/${executionId}/${'a'.repeat(64)}.json`, 'a name that is too long'],
    [`executions/${executionId}/recovery-attempt-0.json`, 'recovery 0, which is no step of that name either'],
    [`executions/${executionId}/recovery-attempt-10000.json`, 'a recovery beyond the limit'],
    [`executions/${executionId}/recovery-request-0.json`, 'request 0, which is no step of that name either'],
    [`executions/${executionId}/recovery.attempt-2.json`, 'an attempt of what is no step'],
    [`executions/${executionId}/redrive.attempt-2.invoked.json`, 'a note of what is no step'],
    [`control/quarantine/${executionId}.json`, 'no fact'],
    [doorbellKey(executionId, executionId), 'no fact'],
  ])('says that %j is no fact: %s', (key) => {
    expect(parseFactKey(key)).toBeUndefined();
  });

  it('reads back every fact key that it writes', () => {
    fc.assert(
      fc.property(anyFactKey, (fact) => {
        expect(parseFactKey(keyOf(fact))).toEqual(fact);
      }),
    );
  });

  it('gives no two facts the same key', () => {
    fc.assert(
      fc.property(anyFactKey, anyFactKey, (a, b) => {
        if (keyOf(a) === keyOf(b)) expect(a).toEqual(b);
      }),
    );
  });

  it('knows no fact in whatever else a key may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseFactKey(text);
        if (parsed !== undefined) expect(keyOf(parsed)).toBe(text);
      }),
    );
  });

  it('writes each format as the documents name it', () => {
    expect(orderKey(executionId)).toBe(`orders/${executionId}.json`);
    expect(idempotencyKey('ab12')).toBe('idempotency/ab12.json');
    expect(stepRecordKey(executionId, 'pay')).toBe(`executions/${executionId}/pay.json`);
    expect(attemptClaimKey(executionId, 'pay', 2)).toBe(`executions/${executionId}/pay.attempt-2.json`);
    expect(attemptInvokedKey(executionId, 'pay', 2)).toBe(`executions/${executionId}/pay.attempt-2.invoked.json`);
    expect(confirmationKey(executionId, 'pay', 1, 'log')).toBe(
      `executions/${executionId}/pay.attempt-1.confirmed-by-log.json`,
    );
    expect(barredKey(executionId, 'pay', 1)).toBe(`executions/${executionId}/pay.attempt-1.barred.json`);
    expect(recoveryAttemptKey(executionId, 3)).toBe(`executions/${executionId}/recovery-attempt-3.json`);
    expect(recoveryRequestKey(executionId, 2)).toBe(`executions/${executionId}/recovery-request-2.json`);
    expect(recoveryKey(executionId)).toBe(`executions/${executionId}/recovery.json`);
    expect(redriveKey(executionId)).toBe(`executions/${executionId}/redrive.json`);
    expect(quarantineKey(executionId)).toBe(`control/quarantine/${executionId}.json`);
    expect([WATERMARK_KEY, SWEEP_KEY]).toEqual(['control/watermark.json', 'control/sweep.json']);
  });

  it('finds in a doorbell whom it was rung for, in the order of the rings', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, (ring, later, rungFor) => {
        expect(parseDoorbellKey(doorbellKey(ring, rungFor))).toBe(rungFor);
        expect(doorbellKey(ring, rungFor) < doorbellKey(later, rungFor)).toBe(ring < later);
      }),
    );
    for (const key of ['control/doorbell/', `control/doorbell/${executionId}.json`, orderKey(executionId)])
      expect(parseDoorbellKey(key)).toBeUndefined();
  });

  it('starts the functions that wait for a step by its record and by nothing else', () => {
    const step = 'pay';
    const others: readonly FactKey[] = [
      { kind: 'order', executionId },
      { kind: 'attempt-claim', executionId, step, attempt: 2 },
      { kind: 'attempt-invoked', executionId, step, attempt: 2 },
      ...SIGNALS.map((signal) => ({ kind: 'confirmation', executionId, step, attempt: 1, signal }) as const),
      { kind: 'barred', executionId, step, attempt: 1 },
      { kind: 'recovery-attempt', executionId, attempt: 1 },
      { kind: 'recovery-request', executionId, request: 1 },
      { kind: 'recovery', executionId },
      { kind: 'redrive', executionId },
    ];
    // The notification's filter, as lib/state-storage.ts has it.
    const starts = (fact: FactKey) => keyOf(fact).startsWith('executions/') && keyOf(fact).endsWith(`/${step}.json`);
    expect(others.filter(starts)).toEqual([]);
    expect(starts({ kind: 'step-record', executionId, step })).toBe(true);
  });

  it('sorts orders and facts by the same ids, so that two listings can be joined', () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        expect(orderKey(a) < orderKey(b)).toBe(stepRecordKey(a, 'pay') < stepRecordKey(b, 'confirm'));
      }),
      { examples: [['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002']] },
    );
  });

  it('takes canonical lower-case UUIDv7 for execution ids and nothing else', () => {
    expect(isExecutionId(executionId)).toBe(true);
    for (const text of ['', `${executionId} `, `{${executionId}}`, executionId.replaceAll('-', ''), `${executionId}\n`])
      expect(isExecutionId(text)).toBe(false);
  });
});

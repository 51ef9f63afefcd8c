import { describe, expect, it } from 'vitest';
import {
  attemptClaimKey,
  attemptInvokedKey,
  orderKey,
  quarantineKey,
  recoveryAttemptKey,
  recoveryKey,
  recoveryRequestKey,
  stepRecordKey,
} from '../../../../workflow/keys.ts';
import { APP_STORE_BUCKET } from '../../../support/memory-s3.ts';
import { aFailedRecord, aFailure, anOrder, aSuccess, DEADLINE_MS, EXECUTION } from '../builders.ts';
import { anAudit, type AnAuditOptions } from './an-audit.ts';

const CONFIRM = stepRecordKey(EXECUTION, 'confirm-order');
const PAYMENT = stepRecordKey(EXECUTION, 'payment');
const FAILED = aFailedRecord('payment', { kind: 'TYPE_ERROR', error: 'TypeError', evidence: ['event-1'] });
const claim = { executionId: EXECUTION, step: 'payment', attempt: 2, invokeAt: 0, because: aFailure() };
const invoked = { executionId: EXECUTION, step: 'payment', attempt: 2, requestId: 'request-2', invokedAt: 0 };
const failedTry = (attempt: number) =>
  [
    recoveryAttemptKey(EXECUTION, attempt),
    { executionId: EXECUTION, attempt, handler: 'undo-payment', error: 'Error', message: 'no', failedAt: 0 },
  ] as const;
const recovered = { executionId: EXECUTION, failedStep: 'payment', recoveredAt: 0, actions: [] };

type Facts = readonly (readonly [key: string, body: unknown])[];

async function inspect(facts: Facts, { afterMs = 0, ...options }: AnAuditOptions & { readonly afterMs?: number } = {}) {
  const made = anAudit(options);
  made.placeOrder();
  for (const [key, body] of facts) made.placeFact(key, body);
  await made.clock.advance(afterMs);
  const inspected = await made.inspector.inspect(EXECUTION);
  const writes = made.s3.counts({ operation: 'PutObject' }).PutObject ?? 0;
  expect({ writes, undone: made.undone, invoked: made.lambda.invoked() }).toEqual({
    writes: 0,
    undone: [],
    invoked: [],
  });
  return { ...made, inspected };
}

async function findingOf(...given: Parameters<typeof inspect>) {
  const { inspected } = await inspect(...given);
  if (inspected.kind !== 'half-done') throw new Error(`it is ${inspected.kind}`);
  return inspected.finding;
}

describe('inspecting an execution', () => {
  it.each<[string, Facts, number, string, readonly string[]]>([
    ['a step in time', [], 0, 'in-time', []],
    ['a step past its deadline', [], DEADLINE_MS, 'overdue', ['claim-attempt']],
    [
      'a second step past its deadline',
      [[CONFIRM, aSuccess('confirm-order')]],
      DEADLINE_MS,
      'overdue',
      ['claim-attempt'],
    ],
    [
      'a claim that nobody carried out',
      [
        [CONFIRM, aSuccess('confirm-order')],
        [attemptClaimKey(EXECUTION, 'payment', 2), claim],
      ],
      0,
      'overdue',
      ['invoke'],
    ],
    [
      'an attempt that was invoked and is in time',
      [
        [CONFIRM, aSuccess('confirm-order')],
        [attemptClaimKey(EXECUTION, 'payment', 2), claim],
        [attemptInvokedKey(EXECUTION, 'payment', 2), invoked],
      ],
      0,
      'in-time',
      [],
    ],
    ['a failed step', [[PAYMENT, FAILED]], 0, 'not-recovered', ['recover']],
    ['a failed step whose recovery failed just now', [[PAYMENT, FAILED], failedTry(1)], 0, 'not-recovered', []],
    [
      'a failed step whose recovery failed five times',
      [[PAYMENT, FAILED], ...[1, 2, 3, 4, 5].map(failedTry)],
      60_000,
      'recovery-failed',
      ['recover'],
    ],
    ['a failed step that is held for a person', [[PAYMENT, { ...FAILED, isHeld: true }]], 0, 'held', []],
    [
      'one that is held and asked for',
      [
        [PAYMENT, { ...FAILED, isHeld: true }],
        [recoveryRequestKey(EXECUTION, 1), { executionId: EXECUTION, request: 1, requestedAt: 0 }],
      ],
      0,
      'not-recovered',
      ['recover'],
    ],
    ['a record that cannot be read', [[PAYMENT, 'no JSON']], 0, 'unreadable', ['quarantine']],
    [
      'one that was set aside for it',
      [
        [PAYMENT, 'no JSON'],
        [quarantineKey(EXECUTION), { reason: 'no JSON' }],
      ],
      0,
      'quarantined',
      [],
    ],
  ])(
    'says what it is and what would be done, and does nothing: %s',
    async (_what, facts, afterMs, condition, repairs) => {
      const finding = await findingOf(facts, { afterMs });
      expect(finding.condition).toBe(condition);
      expect(finding.repairs.map(({ repair }) => repair.kind)).toEqual(repairs);
    },
  );

  it('tells one that has ended, and one that is gone', async () => {
    const { inspected } = await inspect([
      [CONFIRM, aSuccess('confirm-order')],
      [PAYMENT, aSuccess('payment')],
    ]);
    expect(inspected).toMatchObject({ kind: 'ended', status: 'SUCCEEDED' });
    expect(
      await inspect([
        [PAYMENT, FAILED],
        [recoveryKey(EXECUTION), recovered],
      ]),
    ).toMatchObject({
      inspected: { kind: 'ended', status: 'FAILED' },
    });
    expect(await anAudit().inspector.inspect(EXECUTION)).toEqual({ kind: 'gone' });
  });

  it('names the deadline that has passed, and since when it counts', async () => {
    const { missed, facts } = await findingOf([[CONFIRM, aSuccess('confirm-order')]], { afterMs: DEADLINE_MS });
    const since = facts.find(({ object }) => object === CONFIRM)?.at ?? 0;
    expect(missed).toEqual([{ step: 'payment', attempt: 1, since, dueAt: since + DEADLINE_MS }]);
  });

  it('shows the facts with the evidence that they carry', async () => {
    const { facts } = await findingOf([[PAYMENT, FAILED]]);
    expect(facts.map(({ object, says }) => [object, says])).toEqual([
      [orderKey(EXECUTION), 'order of booking 1'],
      [
        PAYMENT,
        'payment FAILED in attempt 1, written by function: TYPE_ERROR, seen by log: TypeError: too slow (evidence event-1)',
      ],
    ]);
  });

  it('shows which handlers would run, last step first, and what their own checks find now', async () => {
    const { repairs } = await findingOf([[PAYMENT, FAILED]], { check: async () => ({ held: 2 }) });
    expect(repairs[0]?.handlers).toEqual([
      { handler: 'undo-payment', step: 'payment', isUndone: false, state: { held: 2 } },
      { handler: 'undo-confirm-order', step: 'confirm-order', isUndone: false, state: { held: 2 } },
    ]);
  });

  it('shows a check that fails instead of failing with it', async () => {
    const check = () => Promise.reject(new TypeError('stock is broken'));
    const { repairs } = await findingOf([[PAYMENT, FAILED]], { check });
    expect(repairs[0]?.handlers[0]).toMatchObject({ error: 'TypeError: stock is broken' });
  });

  it('leaves an order of another version to whoever knows it', async () => {
    const { s3, inspector } = anAudit();
    s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder({ workflow: { name: 'booking', version: 2 } }));
    const inspected = await inspector.inspect(EXECUTION);
    expect(inspected).toMatchObject({ finding: { condition: 'not-ours', repairs: [] } });
  });

  it('tells facts whose order is not there', async () => {
    const { placeFact, inspector } = anAudit();
    placeFact(PAYMENT, aSuccess('payment'));
    expect(await inspector.inspect(EXECUTION)).toMatchObject({
      finding: { condition: 'no-order', facts: [{ object: PAYMENT }], repairs: [] },
    });
  });

  it('tells an end that the application contradicts, if it is asked', async () => {
    const facts: Facts = [
      [CONFIRM, aSuccess('confirm-order')],
      [PAYMENT, aSuccess('payment')],
    ];
    const finding = await findingOf(facts, { contradictions: async () => ['It succeeded unpaid.'] });
    expect(finding).toMatchObject({ condition: 'contradicting-slots', status: 'SUCCEEDED', repairs: [] });
    expect(finding.note).toContain('It succeeded unpaid.');
  });

  it('passes on that S3 does not answer', async () => {
    const { s3, placeOrder, inspector } = anAudit();
    placeOrder();
    s3.fail('denied', { operation: 'GetObject' });
    await expect(inspector.inspect(EXECUTION)).rejects.toMatchObject({ name: 'StorageDeniedError' });
  });
});

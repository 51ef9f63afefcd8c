import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldExecution, hasEnded, MAX_RECOVERY_ATTEMPTS, type ExecutionStatus } from '../../../workflow/execution.ts';
import { assembleFacts, type RawFact } from '../../../workflow/facts.ts';
import { CHAIN, EXECUTION, fact, fold, OTHER_EXECUTION, T0 } from './builders.ts';

const failedRecoveries = (count: number) =>
  Array.from({ length: count }, (_, index) => fact.recoveryFailed(index + 1, 10 + index));

const HELD = fact.failed('reserve', 1, {}, { isHeld: true });

const ROWS: [string, readonly RawFact[], ExecutionStatus, string][] = [
  ['an order alone', [], 'RUNNING', 'RUNNING PENDING'],
  ['its first step done', [fact.succeeded('reserve', 1)], 'RUNNING', 'SUCCEEDED RUNNING'],
  ['a retry claimed', [fact.claim('reserve', 2, 1)], 'RUNNING', 'RUNNING PENDING'],
  ['every step done', [fact.succeeded('reserve', 1), fact.succeeded('pay', 2)], 'SUCCEEDED', 'SUCCEEDED SUCCEEDED'],
  ['its first step failed', [fact.failed('reserve', 1)], 'RECOVERING', 'FAILED SKIPPED'],
  ['its last step failed', [fact.succeeded('reserve', 1), fact.failed('pay', 2)], 'RECOVERING', 'SUCCEEDED FAILED'],
  [
    'a recovery that failed, but not too often',
    [fact.succeeded('reserve', 1), fact.failed('pay', 2), ...failedRecoveries(MAX_RECOVERY_ATTEMPTS - 1)],
    'RECOVERING',
    'SUCCEEDED FAILED',
  ],
  [
    'a recovery that failed too often',
    [fact.succeeded('reserve', 1), fact.failed('pay', 2), ...failedRecoveries(MAX_RECOVERY_ATTEMPTS)],
    'RECOVERY_FAILED',
    'SUCCEEDED FAILED',
  ],
  ['a recovery that is done', [fact.failed('reserve', 1), fact.recovered(3)], 'FAILED', 'FAILED SKIPPED'],
  [
    'a recovery that is done after it had failed too often',
    [fact.failed('reserve', 1), ...failedRecoveries(MAX_RECOVERY_ATTEMPTS + 2), fact.recovered(30)],
    'FAILED',
    'FAILED SKIPPED',
  ],
  ['a first step that is held', [HELD], 'HELD', 'FAILED SKIPPED'],
  ['a held step beside one that is not', [HELD, fact.failed('pay', 2)], 'HELD', 'FAILED FAILED'],
  ['a request that lets a held one be recovered', [HELD, fact.recoveryRequested(1, 5)], 'RECOVERING', 'FAILED SKIPPED'],
  [
    'a held one whose recovery has begun and failed',
    [HELD, fact.recoveryRequested(1, 5), fact.recoveryFailed(1, 6, { answersRequest: 1 })],
    'RECOVERING',
    'FAILED SKIPPED',
  ],
  [
    'a held one that was recovered',
    [HELD, fact.recoveryRequested(1, 5), fact.recovered(6)],
    'FAILED',
    'FAILED SKIPPED',
  ],
  [
    'a request after recovery failed too often',
    [fact.failed('reserve', 1), ...failedRecoveries(MAX_RECOVERY_ATTEMPTS), fact.recoveryRequested(1, 99)],
    'RECOVERING',
    'FAILED SKIPPED',
  ],
  [
    'a request that was tried in vain',
    [
      fact.failed('reserve', 1),
      ...failedRecoveries(MAX_RECOVERY_ATTEMPTS),
      fact.recoveryRequested(1, 99),
      fact.recoveryFailed(MAX_RECOVERY_ATTEMPTS + 1, 100, { answersRequest: 1 }),
    ],
    'RECOVERY_FAILED',
    'FAILED SKIPPED',
  ],
  ['a redrive', [fact.failed('reserve', 1), fact.recovered(3), fact.redriven(9)], 'FAILED', 'FAILED SKIPPED'],
  ['a record of a step that the workflow has not', [fact.failed('ship', 1)], 'RUNNING', 'RUNNING PENDING'],
];

describe('execution', () => {
  it('shows what other signals said of an attempt with the attempt, in the order in which they said it', () => {
    const execution = fold(
      fact.confirmed('reserve', 1, 'log', 9),
      fact.confirmed('reserve', 1, 'destination', 5),
      fact.failed('reserve', 1, { signal: 'deadline' }),
    );
    expect(execution.failure).toMatchObject({ signal: 'deadline' });
    expect(execution.steps[0]?.attempts).toMatchObject([
      { attempt: 1, failure: { signal: 'deadline' }, confirmations: [{ signal: 'destination' }, { signal: 'log' }] },
    ]);
    expect(execution.steps[0]?.attempts[0]?.confirmations?.[0]).not.toHaveProperty('executionId');
  });

  it('has no attempt that only a confirmation speaks of', () => {
    const [reserve] = fold(fact.confirmed('reserve', 3, 'log', 5)).steps;
    expect(reserve?.attempts.map(({ attempt }) => attempt)).toEqual([1]);
  });

  it('shows with an attempt what it came to write when it was given up, and what refused it', () => {
    const { status, steps } = fold(fact.failed('reserve', 1), fact.barred('reserve', 1, 9), fact.recovered(3));
    expect(status).toBe('FAILED');
    expect(steps[0]?.attempts).toMatchObject([
      { attempt: 1, barred: { by: 'slot', write: 'seat-hold', barredAt: T0 + 9000, requestId: 'request-1' } },
    ]);
    expect(fold(fact.barred('reserve', 3, 5)).steps[0]?.attempts.map(({ attempt }) => attempt)).toEqual([1]);
  });

  it.each(ROWS)('with %s is as its facts say', (_, raw, status, steps) => {
    const execution = fold(...raw);
    expect(execution.status).toBe(status);
    expect(execution.steps.map((step) => step.status).join(' ')).toBe(steps);
  });

  it('folds to the same whatever order its facts are read in', () => {
    const everything = [
      fact.order(),
      fact.claim('reserve', 2, 1),
      fact.invoked('reserve', 2, 2),
      fact.claim('reserve', 3, 3),
      fact.succeeded('reserve', 4, { attempt: 3 }),
      fact.claim('pay', 2, 5),
      fact.invoked('pay', 2, 6),
      fact.failed('pay', 7, { attempt: 2 }),
      fact.barred('pay', 1, 8),
      ...failedRecoveries(6),
      fact.recoveryRequested(2, 18),
      fact.recoveryRequested(1, 17),
      fact.recovered(20),
      fact.redriven(21),
    ];
    const folded = (raw: readonly RawFact[]) => foldExecution(CHAIN, assembleFacts(EXECUTION, raw));
    const expected = folded(everything);
    fc.assert(
      fc.property(fc.shuffledSubarray(everything, { minLength: everything.length }), (shuffled) => {
        expect(folded(shuffled)).toEqual(expected);
      }),
    );
  });

  it('never goes back from an end, whichever further facts are seen', () => {
    const growing = [
      fact.failed('reserve', 1),
      ...failedRecoveries(4),
      fact.recovered(9),
      fact.recoveryFailed(5, 10),
      fact.redriven(11),
      fact.recoveryRequested(1, 12),
    ];
    const statuses = growing.map((_, seen) => fold(...growing.slice(0, seen + 1)).status);
    expect(statuses.join(' ')).toBe(
      'RECOVERING RECOVERING RECOVERING RECOVERING RECOVERING FAILED FAILED FAILED FAILED',
    );
  });

  it('ended when S3 says that the last fact was written, whatever the writers’ clocks said', () => {
    const late = { endedAt: T0 + 9e9 };
    expect(fold(fact.succeeded('reserve', 2, late), fact.succeeded('pay', 7, late)).endedAt).toBe(T0 + 7000);
    expect(fold(fact.failed('reserve', 2), fact.recovered(8, { recoveredAt: T0 + 9e9 })).endedAt).toBe(T0 + 8000);
  });

  it.each<[ExecutionStatus, readonly RawFact[]]>([
    ['RUNNING', []],
    ['RECOVERING', [fact.failed('reserve', 2)]],
    ['HELD', [HELD]],
    ['RECOVERY_FAILED', [fact.failed('reserve', 2), ...failedRecoveries(5)]],
  ])('has no end time while it is %s', (status, raw) => {
    expect(fold(...raw)).not.toHaveProperty('endedAt');
    expect(fold(...raw).status).toBe(status);
  });

  it('says which step failed, and how', () => {
    const execution = fold(fact.succeeded('reserve', 1), fact.failed('pay', 2, { kind: 'TYPE_ERROR' }));
    expect(execution.failure).toMatchObject({ step: 'pay', kind: 'TYPE_ERROR' });
    expect(execution.recovery).toEqual({ failures: [], requests: [], isRequested: false, nextRequest: 1 });
  });

  it('shows every failed try of recovery with the time that S3 gave it, and what was undone', () => {
    const raw = [fact.recoveryFailed(2, 9), fact.recoveryFailed(1, 5, { failedAt: T0 + 9e9 }), fact.recovered(12)];
    expect(fold(fact.failed('reserve', 1), ...raw).recovery).toMatchObject({
      failures: [
        { attempt: 1, handler: 'free-seat', error: 'StorageUnavailableError', failedAt: T0 + 5000 },
        { attempt: 2, failedAt: T0 + 9000 },
      ],
      recoveredAt: T0 + 12_000,
      actions: [{ handler: 'free-seat', before: { units: 1 }, after: { units: 0 } }],
    });
  });

  it('shows when recovery was asked for, and counts a request as answered only by a try that knew of it', () => {
    const raw = [fact.failed('reserve', 1), fact.recoveryRequested(1, 8), fact.recoveryFailed(1, 9)];
    expect(fold(...raw).recovery).toMatchObject({
      requests: [{ request: 1, requestedAt: T0 + 8000 }],
      isRequested: true,
      nextRequest: 1,
    });
    const answered = [...raw, fact.recoveryFailed(2, 10, { answersRequest: 1 })];
    expect(fold(...answered).recovery).toMatchObject({ isRequested: false, nextRequest: 2 });
    // Of a monitor that had read the facts before the request was written.
    const late = [...answered, fact.recoveryFailed(3, 11)];
    expect(fold(...late).recovery).toMatchObject({ isRequested: false, nextRequest: 2 });
  });

  it('could run a step since its trigger was written', () => {
    const [reserve, pay] = fold(fact.succeeded('reserve', 4)).steps;
    expect([reserve?.triggeredAt, pay?.triggeredAt]).toEqual([T0, T0 + 4000]);
  });

  it('never starts a step whose predecessor failed', () => {
    const pay = fold(fact.failed('reserve', 4)).steps[1];
    expect(pay).toEqual({ name: 'pay', after: 'reserve', status: 'SKIPPED', attempts: [] });
  });

  it('shows each attempt with its own failure and request', () => {
    const raw = [
      fact.claim('reserve', 2, 10),
      fact.invoked('reserve', 2, 11),
      fact.claim('reserve', 3, 20),
      fact.failed('reserve', 30, { attempt: 3, kind: 'NO_EVIDENCE' }),
    ];
    expect(fold(...raw).steps[0]?.attempts).toMatchObject([
      { attempt: 1, requestId: 'request-1', failure: { kind: 'TIMEOUT', attempt: 1 } },
      { attempt: 2, requestId: 'request-2', invokeAt: T0 + 10_500, invokedAt: T0 + 11_000, failure: { attempt: 2 } },
      { attempt: 3, invokeAt: T0 + 20_500, failure: { kind: 'NO_EVIDENCE' } },
    ]);
  });

  it('may have succeeded by its first attempt while the second was claimed', () => {
    const { steps } = fold(fact.claim('reserve', 2, 10), fact.succeeded('reserve', 11));
    expect(steps[0]).toMatchObject({ status: 'SUCCEEDED', output: { of: 'reserve' } });
    expect(steps[0]?.attempts).toHaveLength(2);
  });

  it('shows attempts in their order though one was never noted', () => {
    const { steps } = fold(fact.succeeded('reserve', 30, { attempt: 10 }), fact.claim('reserve', 2, 10));
    expect(steps[0]?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 10]);
  });

  it('is tied to its redrive both ways', () => {
    expect(fold(fact.failed('reserve', 1), fact.recovered(2), fact.redriven(3)).redrivenAs).toBe(OTHER_EXECUTION);
    const facts = assembleFacts(EXECUTION, [fact.order({ redriveOf: OTHER_EXECUTION })]);
    expect(foldExecution(CHAIN, facts).redriveOf).toBe(OTHER_EXECUTION);
  });

  it('has ended once no signal can change it', () => {
    const all: ExecutionStatus[] = ['RUNNING', 'RECOVERING', 'SUCCEEDED', 'FAILED', 'RECOVERY_FAILED'];
    expect(all.filter(hasEnded)).toEqual(['SUCCEEDED', 'FAILED', 'RECOVERY_FAILED']);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadlineAfterMs, judgeFailure, nextActions, timingOf } from '../../../workflow/decisions.ts';
import { MAX_RECORDED_RECOVERY_ATTEMPTS } from '../../../workflow/fact-limit.ts';
import { foldExecution } from '../../../workflow/execution.ts';
import { assembleFacts, type RawFact } from '../../../workflow/facts.ts';
import { FAILURE_KINDS, isTransient, type Failure } from '../../../workflow/failure.ts';
import type { RetryPolicy } from '../../../workflow/policies.ts';
import { aFailure, DEADLINE_MS, DEFINITION, EXECUTION, TIMING } from '../monitor/builders.ts';
import {
  answeringFact,
  claimFact,
  failedFact,
  invokedFact,
  orderFact,
  recoveryAttemptFact,
  recoveryAttemptFacts,
  recoveryFact,
  recoveryRequestFact,
  S3_TIME,
  successFact,
} from './raw-facts.ts';

function fold(...raw: readonly RawFact[]) {
  return foldExecution(DEFINITION, assembleFacts(EXECUTION, [orderFact(), ...raw]));
}

function actionsAt(now: number, ...raw: readonly RawFact[]) {
  return nextActions(fold(...raw), TIMING, now);
}

function judge(failure: Partial<Failure>, ...raw: readonly RawFact[]) {
  return judgeFailure(DEFINITION, fold(...raw), 'confirm-order', aFailure(failure), 1000, 0);
}

const LONG_AFTER = S3_TIME + 1e12;
const FAILED = failedFact('confirm-order');
const HELD: RawFact = { ...FAILED, body: { ...(FAILED.body as object), isHeld: true } };

describe('a failure that is no news', () => {
  it.each([
    ['of a step that succeeded', {}, [successFact('confirm-order')]],
    ['of a step that failed', {}, [FAILED]],
    ['of a recovered execution', {}, [FAILED, recoveryFact()]],
    ['of an execution that is held', {}, [HELD]],
    ['of an execution whose recovery failed', {}, [FAILED, ...recoveryAttemptFacts(5)]],
    ['of an execution that succeeded', {}, [successFact('confirm-order'), successFact('payment')]],
    ['of an attempt whose successor is claimed', {}, [claimFact('confirm-order', 2)]],
    ['of an attempt before the last but one', {}, [claimFact('confirm-order', 2), claimFact('confirm-order', 3)]],
    ['that is permanent, of an earlier attempt', { kind: 'TYPE_ERROR' }, [claimFact('confirm-order', 2)]],
    ['of an attempt that nobody claimed', { attempt: 2 }, []],
    ['of an attempt far beyond', { attempt: 9999, kind: 'TYPE_ERROR' }, [claimFact('confirm-order', 2)]],
  ] as const)('is stale: %s', (_what, failure, raw) => {
    expect(judge(failure, ...raw)).toEqual({ kind: 'stale' });
  });

  it.each(['payment', 'deliver', ''])('is stale of a step that does not run: %j', (step) => {
    expect(judgeFailure(DEFINITION, fold(), step, aFailure(), 0, 0)).toEqual({ kind: 'stale' });
  });

  it('is stale of a step that is skipped', () => {
    expect(judgeFailure(DEFINITION, fold(FAILED), 'payment', aFailure(), 0, 0)).toEqual({ kind: 'stale' });
  });
});

describe('a failure that is news', () => {
  it.each(FAILURE_KINDS)('of kind %s ends the step exactly when it is permanent', (kind) => {
    expect(judge({ kind }).kind).toBe(isTransient(kind) ? 'retry' : 'fail');
  });

  it('of attempt k claims attempt k+1 and no other', () => {
    expect(judge({ attempt: 1 })).toEqual({ kind: 'retry', step: 'confirm-order', attempt: 2, invokeAt: 1500 });
    expect(judge({ attempt: 2 }, claimFact('confirm-order', 2))).toEqual({
      kind: 'retry',
      step: 'confirm-order',
      attempt: 3,
      invokeAt: 2000,
    });
  });

  it('ends the step once its attempts are spent', () => {
    const claims = [claimFact('confirm-order', 2), claimFact('confirm-order', 3)];
    expect(judge({ attempt: 3 }, ...claims)).toEqual({ kind: 'fail', step: 'confirm-order' });
  });

  it('ends the step when more attempts were made than the definition has now', () => {
    const claims = [2, 3, 4].map((attempt) => claimFact('confirm-order', attempt));
    expect(judge({ attempt: 4 }, ...claims)).toEqual({ kind: 'fail', step: 'confirm-order' });
  });
});

describe('what a failure means', () => {
  const judgeUnder = (retry: Partial<RetryPolicy>, failure: Partial<Failure>) => {
    const [first, ...others] = DEFINITION.steps;
    if (first === undefined) throw new Error('the definition has no steps');
    const definition = { ...DEFINITION, steps: [{ ...first, retry: { ...first.retry, ...retry } }, ...others] };
    return judgeFailure(definition, fold(), 'confirm-order', aFailure(failure), 1000, 0).kind;
  };

  it.each([
    ['a transient kind, by default', {}, { kind: 'TIMEOUT' }, 'retry'],
    ['a transient kind that is left out', { kinds: ['THROTTLED'] }, { kind: 'TIMEOUT' }, 'fail'],
    ['a permanent kind that is named', { kinds: ['OUT_OF_MEMORY'] }, { kind: 'OUT_OF_MEMORY' }, 'retry'],
    ['a kind that is named, of the only attempt', { kinds: ['TIMEOUT'], maxAttempts: 1 }, { kind: 'TIMEOUT' }, 'fail'],
    ['any kind where none is named', { kinds: [] }, { kind: 'NO_EVIDENCE' }, 'fail'],
  ] as const)("is the step's policy's to say: %s", (_what, retry, failure, verdict) => {
    expect(judgeUnder(retry, failure)).toBe(verdict);
  });
});

describe('a failure of any attempt', () => {
  it('claims the attempt after the last, or ends the step, or is stale', () => {
    const attempts = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        attempts,
        fc.constantFrom(...FAILURE_KINDS),
        (last, attempt, kind) => {
          const claims = Array.from({ length: last - 1 }, (_, index) => claimFact('confirm-order', index + 2));
          const verdict = judge({ attempt, kind }, ...claims);
          if (attempt !== last) expect(verdict).toEqual({ kind: 'stale' });
          else if (verdict.kind === 'retry') expect(verdict.attempt).toBe(last + 1);
          else expect(verdict.kind).toBe('fail');
        },
      ),
      { examples: [[2, 2, 'TIMEOUT']] },
    );
  });
});

describe('a step without evidence', () => {
  const since = S3_TIME;

  it('is given up at its deadline and not a millisecond before', () => {
    expect(actionsAt(since + DEADLINE_MS - 1)).toEqual([{ kind: 'look-again', at: since + DEADLINE_MS }]);
    expect(actionsAt(since + DEADLINE_MS)).toEqual([
      { kind: 'give-up-waiting', step: 'confirm-order', attempt: 1, since },
    ]);
  });

  it("is given up at the definition's own deadline where there is one, from the same moments on", () => {
    const [confirmOrder, payment] = DEFINITION.steps;
    const definition = { ...DEFINITION, steps: [{ ...confirmOrder, deadlineMs: 60_000 }, payment] };
    const timing = timingOf(definition as typeof DEFINITION, TIMING.steps, TIMING.evidenceSlackMs);
    const invoked = [claimFact('confirm-order', 2), invokedFact('confirm-order', 2, since + 5000)];
    for (const [raw, from] of [[[], since] as const, [invoked, since + 5000] as const]) {
      const at = from + 60_000 + 1000;
      expect(nextActions(fold(...raw), timing, at - 1)).toEqual([{ kind: 'look-again', at }]);
      expect(nextActions(fold(...raw), timing, at)).toMatchObject([{ kind: 'give-up-waiting', since: from }]);
    }
    expect(deadlineAfterMs('payment', timing)).toBe(DEADLINE_MS);
  });

  it("is judged by the time S3 gave its trigger, never by the id's or the bodies' clocks", () => {
    const order = orderFact({ submittedAt: 0 }, 500_000);
    const execution = foldExecution(DEFINITION, assembleFacts(EXECUTION, [order]));
    expect(nextActions(execution, TIMING, 0)).toEqual([{ kind: 'look-again', at: 500_000 + DEADLINE_MS }]);
    const confirmed = successFact('confirm-order', { endedAt: 0 }, 900_000);
    const next = foldExecution(DEFINITION, assembleFacts(EXECUTION, [order, confirmed]));
    expect(nextActions(next, TIMING, 0)).toEqual([{ kind: 'look-again', at: 900_000 + DEADLINE_MS }]);
  });

  it("counts anew from the moment Lambda took its next attempt, by S3's time", () => {
    const raw = [claimFact('confirm-order', 2), invokedFact('confirm-order', 2, since + 60_000)];
    expect(actionsAt(since + 60_000 + DEADLINE_MS - 1, ...raw)).toEqual([
      { kind: 'look-again', at: since + 60_000 + DEADLINE_MS },
    ]);
    expect(actionsAt(since + 60_000 + DEADLINE_MS, ...raw)).toEqual([
      { kind: 'give-up-waiting', step: 'confirm-order', attempt: 2, since: since + 60_000 },
    ]);
  });

  it('has a deadline only if a function is named for it', () => {
    expect(() => deadlineAfterMs('deliver', TIMING)).toThrow(/step deliver; .*confirm-order, payment/);
    expect(deadlineAfterMs('payment', TIMING)).toBe(DEADLINE_MS);
  });
});

describe('a claimed attempt that nobody invoked', () => {
  it('is invoked when its time has come, by whoever looks', () => {
    const claim = claimFact('confirm-order', 2, 8000);
    expect(actionsAt(7999, claim)).toEqual([{ kind: 'look-again', at: 8000 }]);
    expect(actionsAt(8000, claim)).toEqual([{ kind: 'invoke', step: 'confirm-order', attempt: 2 }]);
    expect(actionsAt(LONG_AFTER, claim)).toEqual([{ kind: 'invoke', step: 'confirm-order', attempt: 2 }]);
  });

  it('is the only one that counts, whatever was invoked before it', () => {
    const raw = [claimFact('confirm-order', 2), invokedFact('confirm-order', 2), claimFact('confirm-order', 3)];
    expect(actionsAt(LONG_AFTER, ...raw)).toEqual([{ kind: 'invoke', step: 'confirm-order', attempt: 3 }]);
  });

  it('is not invoked any more once the step failed', () => {
    expect(actionsAt(LONG_AFTER, claimFact('confirm-order', 2), FAILED)).toEqual([{ kind: 'recover' }]);
  });
});

describe('recovery', () => {
  it('begins at once', () => {
    expect(actionsAt(0, FAILED)).toEqual([{ kind: 'recover' }]);
  });

  it.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [10, 512_000],
    [11, 600_000],
    [40, 600_000],
    [41, 1_200_000],
    [46, 38_400_000],
    [47, 43_200_000],
    [99, 43_200_000],
  ])('pauses after its failed try %i for %i ms, and the second that S3 cuts off', (tries, pauseMs) => {
    const raw = [FAILED, ...recoveryAttemptFacts(tries - 1), recoveryAttemptFact(tries, S3_TIME)];
    const at = S3_TIME + pauseMs + 1000;
    expect(actionsAt(at - 1, ...raw)).toEqual([{ kind: 'look-again', at }]);
    expect(actionsAt(at, ...raw)).toEqual([{ kind: 'recover' }]);
  });

  it('goes on after the execution counts as RECOVERY_FAILED', () => {
    const raw = [FAILED, ...recoveryAttemptFacts(5)];
    expect(fold(...raw).status).toBe('RECOVERY_FAILED');
    expect(actionsAt(LONG_AFTER, ...raw)).toEqual([{ kind: 'recover' }]);
  });

  it('goes on for less than four weeks and more than three', () => {
    let now = S3_TIME;
    const raw: RawFact[] = [FAILED];
    for (let attempt = 1; attempt <= MAX_RECORDED_RECOVERY_ATTEMPTS; attempt += 1) {
      const [action] = actionsAt(now, ...raw);
      if (action?.kind === 'look-again') now = action.at;
      raw.push(recoveryAttemptFact(attempt, now));
    }
    expect((now - S3_TIME) / 86_400_000).toBeGreaterThan(21);
    expect((now - S3_TIME) / 86_400_000).toBeLessThan(28);
  });

  it('is due at once when a person asks for it, however long the pause would be', () => {
    const tries = [FAILED, ...recoveryAttemptFacts(50)];
    expect(actionsAt(S3_TIME, ...tries, recoveryRequestFact())).toEqual([{ kind: 'recover' }]);
  });

  it('is due at once for a request that was made while a try was under way, and once only', () => {
    const raw = [FAILED, recoveryRequestFact(1), recoveryAttemptFact(1)];
    expect(actionsAt(0, ...raw)).toEqual([{ kind: 'recover' }]);
    expect(actionsAt(0, ...raw, answeringFact(2, 1))).toMatchObject([{ kind: 'look-again' }]);
    expect(actionsAt(0, ...raw, answeringFact(2, 1), recoveryRequestFact(2))).toEqual([{ kind: 'recover' }]);
  });

  it('waits for a person where it is held, and costs a look an hour', () => {
    expect(actionsAt(LONG_AFTER, HELD)).toEqual([{ kind: 'look-again', at: LONG_AFTER + 3_600_000 }]);
  });

  it('of a held execution begins when it is asked for, and goes on as any other', () => {
    expect(actionsAt(0, HELD, recoveryRequestFact())).toEqual([{ kind: 'recover' }]);
    const failed = [HELD, recoveryRequestFact(), answeringFact(1, 1, S3_TIME)];
    expect(actionsAt(S3_TIME, ...failed)).toEqual([{ kind: 'look-again', at: S3_TIME + 2000 }]);
    expect(actionsAt(S3_TIME + 2000, ...failed)).toEqual([{ kind: 'recover' }]);
  });

  it('has one more try for every request, also after the last that is made without being asked for', () => {
    const spent = [FAILED, ...recoveryAttemptFacts(MAX_RECORDED_RECOVERY_ATTEMPTS), recoveryRequestFact()];
    expect(actionsAt(LONG_AFTER, ...spent)).toEqual([{ kind: 'recover' }]);
    expect(actionsAt(LONG_AFTER, ...spent, answeringFact(MAX_RECORDED_RECOVERY_ATTEMPTS + 1, 1))).toEqual([]);
  });

  it('ends with its hundredth failed try', () => {
    expect(MAX_RECORDED_RECOVERY_ATTEMPTS).toBe(100);
    expect(actionsAt(LONG_AFTER, FAILED, ...recoveryAttemptFacts(MAX_RECORDED_RECOVERY_ATTEMPTS))).toEqual([]);
  });
});

describe('an execution that has ended', () => {
  it.each([
    ['FAILED', [FAILED, recoveryFact()]],
    ['SUCCEEDED', [successFact('confirm-order'), successFact('payment')]],
  ] as const)('as %s needs nothing more', (status, raw) => {
    expect(fold(...raw).status).toBe(status);
    expect(actionsAt(LONG_AFTER, ...raw)).toEqual([]);
  });
});

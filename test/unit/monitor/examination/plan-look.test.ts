import { describe, expect, it } from 'vitest';
import { planLook, type LookFindings } from '../../../../monitor/examination/plan-look.ts';
import { foldExecution } from '../../../../workflow/execution.ts';
import { assembleFacts, type RawFact } from '../../../../workflow/facts.ts';
import {
  claimFact,
  failedFact,
  invokedFact,
  orderFact,
  recoveryAttemptFacts,
  recoveryFact,
  S3_TIME,
  successFact,
} from '../../workflow/raw-facts.ts';
import { aFailure, DEADLINE_MS, DEFINITION, EXECUTION, TIMING } from '../builders.ts';

const OVERDUE = S3_TIME + DEADLINE_MS;
const LONG_AFTER = S3_TIME + 1e12;

function planFor(raw: readonly RawFact[], findings: Partial<LookFindings> = {}) {
  return planLook({
    definition: DEFINITION,
    timing: TIMING,
    execution: foldExecution(DEFINITION, assembleFacts(EXECUTION, [orderFact(), ...raw])),
    results: [],
    reported: [],
    now: OVERDUE,
    random: () => 0,
    isSearched: () => true,
    ...findings,
  });
}

const silence = (attempt: number) => ({
  kind: 'NO_EVIDENCE',
  error: 'NoEvidence',
  message: `nothing says how attempt ${attempt} ended, 5 s after it was triggered`,
  signal: 'deadline',
  attempt,
  detectedAt: OVERDUE,
});
const spent = [2, 3].flatMap((attempt) => [
  claimFact('confirm-order', attempt),
  invokedFact('confirm-order', attempt, S3_TIME),
]);
const result = {
  step: 'confirm-order',
  attempt: 1,
  place: { store: 'appStore', key: 'receipts/1.txt' },
  etag: '"1"',
  leftAt: S3_TIME,
} as const;

describe('the plan of a look', () => {
  it.each([
    ['an execution that succeeded', [successFact('confirm-order'), successFact('payment')], OVERDUE],
    ['one that failed and is recovered', [failedFact('confirm-order'), recoveryFact()], OVERDUE],
    ['one whose tries of recovery are spent', [failedFact('confirm-order'), ...recoveryAttemptFacts(100)], LONG_AFTER],
  ] as const)('is empty, and asks for no other look: %s', (_what, raw, now) => {
    expect(planFor(raw, { now })).toEqual({ repairs: [] });
  });

  it.each([
    ['a step in time', [], OVERDUE - 1, OVERDUE],
    ['a claim whose time has not come', [claimFact('confirm-order', 2, OVERDUE + 7)], OVERDUE, OVERDUE + 7],
  ] as const)('is to look again: %s', (_what, raw, now, lookAgainAt) => {
    expect(planFor(raw, { now })).toEqual({ repairs: [], lookAgainAt });
  });

  it('gives up a silent attempt at its deadline, and claims the next one', () => {
    expect(planFor([])).toEqual({
      repairs: [
        {
          kind: 'claim-attempt',
          step: 'confirm-order',
          attempt: 2,
          invokeAt: OVERDUE + 500,
          because: silence(1),
          evidenceAt: S3_TIME,
        },
      ],
    });
  });

  it('fails the step once its attempts are spent', () => {
    expect(planFor(spent)).toEqual({
      repairs: [{ kind: 'fail-step', step: 'confirm-order', isHeld: false, failure: silence(3), evidenceAt: S3_TIME }],
    });
  });

  it('invokes for a claim whose time has come', () => {
    expect(planFor([claimFact('confirm-order', 2, OVERDUE)])).toEqual({
      repairs: [{ kind: 'invoke', step: 'confirm-order', attempt: 2 }],
    });
  });

  it('recovers what failed, and again after a handler failed', () => {
    const recover = { repairs: [{ kind: 'recover' }] };
    expect(planFor([failedFact('confirm-order')])).toEqual(recover);
    expect(planFor([failedFact('confirm-order'), ...recoveryAttemptFacts(5)], { now: LONG_AFTER })).toEqual(recover);
  });

  it('judges what was reported, whatever the time', () => {
    const failure = aFailure({ kind: 'TYPE_ERROR', error: 'TypeError' });
    expect(planFor([], { reported: [{ step: 'confirm-order', failure, evidenceAt: 1 }], now: S3_TIME })).toEqual({
      repairs: [{ kind: 'fail-step', step: 'confirm-order', isHeld: false, failure, evidenceAt: 1 }],
    });
  });

  it('leaves out reports that are no news', () => {
    expect(planFor(spent, { reported: [{ step: 'confirm-order', failure: aFailure() }] })).toEqual({ repairs: [] });
  });

  it('records a result before it holds anything against the step, be it reported or its time be up', () => {
    const reported = [{ step: 'confirm-order', failure: aFailure({ kind: 'TYPE_ERROR' }) }];
    expect(planFor([], { results: [result], reported })).toEqual({ repairs: [{ kind: 'record-success', result }] });
  });

  it('gives nothing up while the log is searched for its reason, and looks again in five seconds', () => {
    expect(planFor([], { isSearched: () => false })).toEqual({ repairs: [], lookAgainAt: OVERDUE + 5_000 });
  });
});

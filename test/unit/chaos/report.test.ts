import { describe, expect, it } from 'vitest';
import { measuredLines, resumeLine, roundLine, summaryLine, violationLines } from '../../../chaos/report.ts';
import type { RoundResult } from '../../../chaos/run-round.ts';

const planned = {
  request: { itemId: 'seat', quantity: 1, paymentMethod: 'pm_card_visa' },
  rejectedAs: undefined,
  isSentTwice: false,
};

function aRoundResult(fields: Partial<RoundResult> = {}): RoundResult {
  return {
    seed: 7,
    placed: [
      { planned, key: 'a', executionIds: ['a'], status: 'SUCCEEDED' },
      { planned, key: 'b', executionIds: ['b'], status: 'FAILED' },
    ],
    kills: { aws: 1, function: 4 },
    failures: { TIMEOUT: 2 },
    settledInMs: 4_200,
    violations: [],
    ...fields,
  };
}

describe('the report of chaos', () => {
  it('says of a round what was ordered, what failed, what was killed and what came of it', () => {
    expect(roundLine(aRoundResult())).toBe(
      'seed 7: 2 orders (1 succeeded, 1 failed and recovered); attempts that failed: TIMEOUT 2; ' +
        '5 kills (coordinator 0, monitor 0, second-monitor 0, function 4, aws 1); settled 4.2 s after the last of them; ' +
        '0 violations',
    );
  });

  it('adds the rounds up in one line', () => {
    expect(summaryLine([aRoundResult(), aRoundResult({ seed: 8, violations: ['one'] })])).toBe(
      'chaos: 2 rounds (seeds 7 to 8), 4 orders (2 succeeded, 2 failed and recovered), ' +
        '10 kills (coordinator 0, monitor 0, second-monitor 0, function 8, aws 2), 1 violation',
    );
  });

  it('says after a violation how the round is run again', () => {
    expect(violationLines(aRoundResult({ violations: ['order x is charged'] }), 60)).toBe(
      'VIOLATION order x is charged\n' +
        'A round of the same seed, though not of the same timing: npm run chaos -- --rounds 1 --orders 60 --seed 7',
    );
  });

  it('says what resuming took, and how new orders fared meanwhile', () => {
    const lines = measuredLines({
      executions: 10,
      resumedInMs: 12_340,
      peakMemoryBytes: 150 * 1024 ** 2,
      peakCalls: { 's3:GetObject': 40, 'lambda:InvokeFunction': 25 },
      newOrdersMs: [900, 300, 500],
    });
    expect(lines.split('\n')).toEqual([
      '10 unfinished executions were resumed in 12.3 s',
      "the monitor's memory at its most: 150 MiB",
      'calls of the control node in its busiest second of each: s3:GetObject 40, lambda:InvokeFunction 25',
      'declined orders that came meanwhile: 3, recovered after 0.5 s (median), 0.9 s (slowest)',
    ]);
  });

  it('ends a return with what was violated', () => {
    expect(resumeLine(10, ['order x is RUNNING'])).toBe('resume: 10 unfinished executions, 1 violation');
  });
});

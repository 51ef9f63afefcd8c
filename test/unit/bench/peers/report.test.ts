import { describe, expect, it } from 'vitest';
import { median } from '../../../../bench/peers/median.ts';
import { describeRounds } from '../../../../bench/peers/report.ts';
import { aMeasuredLoop, aMeasuredRound } from './a-measured-round.ts';

/** Of the first line with all of these words. */
function cells(text: string, ...words: string[]): readonly string[] {
  const line = text.split('\n').find((candidate) => words.every((word) => candidate.includes(word)));
  return (line ?? '').split(/ {2,}/);
}

describe('the report of rounds', () => {
  it('tells of each number the median of the rounds, and between what they lay', () => {
    const rounds = [90, 300, 110].map((ordersPerSecond) =>
      aMeasuredRound({ success: [aMeasuredLoop({ ordersPerSecond })] }),
    );
    expect(cells(describeRounds({ theirs: rounds }), 'theirs')).toEqual([
      'theirs',
      '32',
      '110',
      '90 to 300',
      '10.0 / 20.0',
    ]);
  });

  it('tells how long compensations took, and whose processor time an order was, without the client in the sum', () => {
    const text = describeRounds({ theirs: [aMeasuredRound()] });
    expect(cells(text, 'theirs', '5.0 / 6.0').at(-1)).toBe('5.0 / 6.0');
    expect(cells(text, 'theirs', 'engine')).toEqual(['theirs', '32', '1.00', 'engine 1.00, client 0.50']);
  });

  it('tells of a failure that is found by reading how long it took since it was readable', () => {
    const times = (p50: number) => ({ count: 100, p50, p99: 60, max: 70 });
    const found = { ...aMeasuredLoop(), failedToCompensatedMs: times(50), readableToCompensatedMs: times(40) };
    const text = describeRounds({ ours: [aMeasuredRound({ failure: [found] })] });
    expect(cells(text, 'ours', '50.0 / 60.0').slice(-2)).toEqual(['50.0 / 60.0', '40.0 / 60.0']);
  });

  it('holds ours against each of the others, within each round', () => {
    const round = (ordersPerSecond: number) => aMeasuredRound({ success: [aMeasuredLoop({ ordersPerSecond })] });
    const ours = [round(50), round(300), round(80)];
    const text = describeRounds({ ours, theirs: [round(100), round(200), round(80)] });
    expect(cells(text, 'theirs', '(0.50 to 1.50)')).toEqual([
      'theirs',
      '32',
      '1.00 (0.50 to 1.50)',
      '1.00 (1.00 to 1.00)',
      '1.00 (1.00 to 1.00)',
    ]);
    expect(describeRounds({ theirs: ours })).not.toContain('divided');
  });

  it('says so where the system tells no processor time', () => {
    const round = aMeasuredRound({ success: [aMeasuredLoop({ cpuMsPerOrder: {} })] });
    expect(describeRounds({ theirs: [round] })).toContain('not told by this system');
  });
});

it('a median is in the middle, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

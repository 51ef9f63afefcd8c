import { expect, it } from 'vitest';
import { UsageError } from '../../../../bench/options.ts';
import { parsePeersOptions } from '../../../../bench/peers/options.ts';

const parse = (...args: string[]) => parsePeersOptions(args, ['ours', 'theirs']);

it('everybody is measured in three rounds when nothing is asked for', () => {
  expect(parse()).toEqual({ mode: 'measure', only: [], rounds: 3, orders: 1_000, json: false, isSaved: false });
});

it('what is asked for is measured', () => {
  expect(parse('--only', 'ours', '--only', 'theirs', '--rounds', '7', '--orders', '100', '--json', '--save')).toEqual({
    mode: 'measure',
    only: ['ours', 'theirs'],
    rounds: 7,
    orders: 100,
    json: true,
    isSaved: true,
  });
  expect(parse('--help')).toEqual({ mode: 'help' });
});

it.each([
  [['--only', 'them'], 'There is no "them" to measure: expected one of ours, theirs'],
  [['--rounds', '0'], '--rounds is "0": expected a whole number from 1 to 20'],
  [['--rounds', '1.5'], '--rounds is "1.5"'],
  [['--orders', '99'], '--orders is "99": expected a whole number from 100 to 100000'],
  [['--orders', 'many'], '--orders is "many"'],
  [['--fast'], '--fast'],
  [['theirs'], 'theirs'],
])('%j is refused', (args, complaint) => {
  expect(() => parse(...args)).toThrow(UsageError);
  expect(() => parse(...args)).toThrow(complaint);
});

import { expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../bench/options.ts';

const parse = (...args: string[]) => parseOptions(args, ['requests', 'classifier']);

it('everything is measured when nothing is asked for, in stores of up to ten thousand executions', () => {
  expect(parse()).toEqual({ mode: 'benchmarks', only: [], executions: 10_000, json: false, isSaved: false });
});

it('what is asked for is measured', () => {
  expect(parse('--only', 'requests', '--executions', '100000', '--json', '--save')).toEqual({
    mode: 'benchmarks',
    only: ['requests'],
    executions: 100_000,
    json: true,
    isSaved: true,
  });
});

it('a smoke run compares, or commits to what it counts', () => {
  expect(parse('--smoke')).toEqual({ mode: 'smoke', isUpdate: false });
  expect(parse('--smoke', '--update')).toEqual({ mode: 'smoke', isUpdate: true });
});

it.each([
  [['--only', 'speed'], 'There is no benchmark "speed": expected one of requests, classifier'],
  [['--executions', '0'], '--executions is "0": expected a whole number from 1 to 1000000'],
  [['--smoke', '--executions', '10'], '--executions does not go with it'],
  [['--smoke', '--json'], '--json does not go with it'],
  [['--update'], '--update rewrites what --smoke expects: give both'],
  [['--fast'], '--fast'],
])('%j is refused', (args, complaint) => {
  expect(() => parse(...args)).toThrow(UsageError);
  expect(() => parse(...args)).toThrow(complaint);
});

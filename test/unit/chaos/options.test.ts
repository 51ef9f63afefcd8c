import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../chaos/options.ts';

describe('the options of chaos', () => {
  it('are three rounds of a random seed when nothing is said', () => {
    expect(parseOptions([], 5)).toEqual({ mode: 'rounds', rounds: 3, orders: 60, seed: 5 });
  });

  it('are what is said', () => {
    expect(parseOptions(['--rounds', '7', '--seed', '1', '--orders', '20'], 5)).toEqual({
      mode: 'rounds',
      rounds: 7,
      orders: 20,
      seed: 1,
    });
    expect(parseOptions(['--help'], 5)).toEqual({ mode: 'help' });
  });

  it('are a number of executions to resume, and then nothing of rounds', () => {
    expect(parseOptions(['--resume', '10000'], 5)).toEqual({ mode: 'resume', executions: 10_000 });
    expect(() => parseOptions(['--resume', '10', '--seed', '1'], 5)).toThrow('--seed belongs to rounds');
  });

  it.each([
    [['--resume', '0'], '--resume is "0"'],
    [['--rounds', '0'], '--rounds is "0": expected a whole number from 1 to 1000'],
    [['--seed', 'abc'], '--seed is "abc"'],
    [['--orders', '1e3'], '--orders is "1e3"'],
    [['--kill', 'all'], '--kill'],
  ])('%j are refused with what would be right', (args, message) => {
    expect(() => parseOptions(args, 5)).toThrow(UsageError);
    expect(() => parseOptions(args, 5)).toThrow(message);
  });
});

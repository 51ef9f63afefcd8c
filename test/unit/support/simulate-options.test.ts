import { describe, expect, it } from 'vitest';
import { parseSimulateOptions, USAGE, UsageError } from '../../simulation/interleavings/simulate-options.ts';

const parse = (...args: string[]) => parseSimulateOptions(args, 42);

describe('the options of the simulation', () => {
  it('are ten thousand schedules of the product, from a seed that somebody drew', () => {
    expect(parse()).toEqual({ schedules: 10_000, seed: 42, without: [], broken: undefined });
  });

  it('are what was asked for', () => {
    const args = ['--schedules', '1', '--seed', '7', '--without', 'conflicts', '--without', 'poison'];
    expect(parse(...args, '--broken', 'no-sweep')).toEqual({
      schedules: 1,
      seed: 7,
      without: ['conflicts', 'poison'],
      broken: 'no-sweep',
    });
  });

  it('ask for help', () => {
    expect(parse('--schedules', '5', '-h')).toBe('help');
    expect(parse('--help')).toBe('help');
  });

  it.each([
    [['--schedules', '0'], 'whole number from 1'],
    [['--seed', '-1'], '--seed'],
    [['--seed', '4294967296'], 'to 4294967295'],
    [['--without', 'sunshine'], 'there are conflicts, '],
    [['--broken', 'toString'], 'there are functions-without-fence, '],
    [['--orders', '5'], '--orders'],
    [['5'], '5'],
  ])('are refused when they are %j, with what would be right', (args, hint) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(hint);
  });

  it('refuse a SEED that is none', () => {
    expect(() => parseSimulateOptions([], 'monday')).toThrow('--seed is "monday"');
  });

  it('are all named in the usage', () => {
    for (const option of ['--schedules', '--seed', '--without', '--broken', '--help']) expect(USAGE).toContain(option);
  });
});

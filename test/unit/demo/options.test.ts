import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError, usageText } from '../../../demo/options.ts';

const NAMES = ['success', 'type-error'];
const parse = (...args: string[]) => parseOptions(args, NAMES, 42);

describe('the options of the demo', () => {
  it.each([
    [['--only', 'nonsense'], 'there are success, type-error'],
    [['--colour'], '--colour'],
    [['success'], 'success'],
    [['--orders'], '--orders'],
    [['--orders', '0'], 'whole number from 1'],
    [['--orders', '1e3'], 'whole number from 1'],
    [['--orders', '100001'], 'to 100000'],
    [['--orders', '5', '--concurrency', '0'], '--concurrency'],
    [['--orders', '5', '--concurrency', '257'], 'to 256'],
    [['--orders', '5', '--failing', '1.5'], 'from 0 to 1'],
    [['--orders', '5', '--failing', '-0.1'], '--failing'],
    [['--orders', '5', '--failing', '20%'], 'from 0 to 1'],
    [['--orders', '5', '--seed', '4294967296'], '--seed'],
    [['--concurrency', '4'], 'give --orders N'],
    [['--seed', '4'], 'give --orders N'],
    [['--orders', '5', '--only', 'success'], 'one of them'],
    [['--url', 'http://127.0.0.1:8080'], 'give --stack NAME'],
    [['--stack', ''], 'name of a stack'],
    [['--stack', 'a stack'], 'name of a stack'],
    [['--stack', 'a-stack', '--url', '127.0.0.1:8080'], 'http://127.0.0.1:8080'],
    [['--stack', 'a-stack', '--url', 'ftp://127.0.0.1'], 'expected an address'],
  ])('refuses %j and says what would be right', (args, hint) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(hint);
  });

  it('runs every scenario when nothing is said', () => {
    expect(parse()).toEqual({ mode: 'scenarios', json: false, stack: undefined, only: [] });
  });

  it('takes the name of a scenario as the table of the documentation writes it', () => {
    expect(parse('--only', 'Type error', '--only', 'success', '--json')).toEqual({
      mode: 'scenarios',
      json: true,
      stack: undefined,
      only: ['type-error', 'success'],
    });
  });

  it('reads a load, with a seed of its own when none is given', () => {
    expect(parse('--orders', '500', '--concurrency', '32', '--failing', '.2')).toEqual({
      mode: 'load',
      json: false,
      stack: undefined,
      load: { orders: 500, concurrency: 32, failing: 0.2, seed: 42 },
    });
    expect(parse('--orders', '5', '--seed', '7', '--failing', '1')).toMatchObject({ load: { seed: 7, failing: 1 } });
  });

  it('takes a deployed stack, whose API is where the port forward ends unless it is said', () => {
    expect(parse('--stack', 'a-stack')).toMatchObject({
      stack: { stackName: 'a-stack', url: 'http://127.0.0.1:8080' },
    });
    expect(parse('--orders', '5', '--stack', 'a-stack', '--url', 'https://orders.example/api/')).toMatchObject({
      mode: 'load',
      stack: { stackName: 'a-stack', url: 'https://orders.example/api' },
    });
  });

  it('shows the usage with every scenario rather than running anything', () => {
    expect(parse('--help', '--orders', '5')).toEqual({ mode: 'help' });
    expect(usageText(NAMES)).toContain('success, type-error');
  });
});

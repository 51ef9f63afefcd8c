import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../../monitor/audit/options.ts';
import { withinHorizon } from '../../../../monitor/audit/range.ts';
import { UsageError } from '../../../../monitor/audit/usage-error.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const HOUR = 3_600_000;
const parse = (...args: readonly string[]) => parseOptions(args, NOW);

describe('the options of an audit', () => {
  it('are the last day, shown and not repaired, when nothing is said', () => {
    expect(parse()).toEqual({
      from: NOW - 24 * HOUR,
      to: NOW,
      apply: false,
      waitMs: 300_000,
      slots: false,
      json: false,
    });
  });

  it.each([
    [['--from', '-2h'], NOW - 2 * HOUR],
    [['--from=-90s'], NOW - 90_000],
    [['--from', '-7d', '--json'], NOW - 168 * HOUR],
    [['--from', '2026-11-28T09:30:00Z'], NOW - 2.5 * HOUR],
    [['--from', '2026-11-28T10:30:00.250+01:00'], NOW - 2.5 * HOUR + 250],
    [['--from', '2026-11-28'], NOW - 12 * HOUR],
  ])('take instants and how long ago: %j', (args, from) => {
    expect(parse(...args)).toMatchObject({ from, to: NOW });
  });

  it('take how long a repair is followed', () => {
    expect(parse('--apply', '--wait', '0s')).toMatchObject({ apply: true, waitMs: 0 });
  });

  it('ask for help before anything else', () => {
    expect(parse('--help')).toBe('help');
    expect(parse('-h', '--from', 'nonsense')).toBe('help');
  });

  it.each([
    [['--from', '2h'], '--from is "2h": expected an instant such as'],
    [['--from', '-2x'], '--from is "-2x"'],
    [['--to', 'yesterday'], '--to is "yesterday"'],
    [['--from', '2026-11-28T09:30'], '--from is "2026-11-28T09:30"'],
    [['--from', '2026-13-01'], '--from is "2026-13-01"'],
    [['--from', '-1h', '--to', '-2h'], 'is not before --to 2026-11-28T10:00:00.000Z'],
    [['--from', '2027-01-01'], 'is not before --to'],
    [['--wait', '5m'], 'give --apply as well'],
    [['--apply', '--wait', '2h'], '--wait is "2h": expected a duration such as 0s, 90s or 10m, at most 60m'],
    [['--apply', '--wait', '5'], '--wait is "5"'],
    [['--dry-run'], "Unknown option '--dry-run'"],
    [['now'], 'now'],
    [['--from'], '--from'],
  ])('say what is wrong, and what would be right: %j', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('the range of an audit', () => {
  const horizon = 29 * 24 * HOUR;

  it('is as it was asked for within the horizon', () => {
    expect(withinHorizon({ from: NOW - HOUR, to: NOW }, horizon, NOW)).toEqual({
      range: { from: NOW - HOUR, to: NOW },
    });
  });

  it('begins where orders are acted on, and says so', () => {
    const { range, notice } = withinHorizon({ from: 0, to: NOW }, horizon, NOW);
    expect(range).toEqual({ from: NOW - horizon, to: NOW });
    expect(notice).toMatch(/^Nothing acts on orders from before 2026-10-30T12:00:00.000Z.* The audit begins there\.$/);
  });

  it('is nothing where nobody acts', () => {
    expect(withinHorizon({ from: 0, to: HOUR }, horizon, NOW)).toEqual({
      notice: expect.stringContaining('Nothing acts on orders') as string,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { CANARY_TEXT } from '../../../../monitor/log/canary-line.ts';
import { CANARY_STREAM } from '../../../../monitor/environment.ts';
import { blindSince, isCanary, vouchesFor, Visibility } from '../../../../monitor/log/visibility.ts';
import { aLogEvent } from '../builders.ts';

const NOW = 1_767_225_600_000;
const anEvent = (timestamp: number, ingestedAt = timestamp + 500) => ({
  ...aLogEvent('a line', { timestamp }),
  ingestedAt,
});

describe('how far the log is known to be visible', () => {
  it.each([
    ['a line', anEvent(NOW - 5_000), NOW - 5_000],
    ['a line of a function whose clock is ahead', anEvent(NOW + 60_000, NOW - 1_000), NOW - 1_000],
    ['a line seen by a monitor whose clock is behind', anEvent(NOW + 9_000, NOW + 9_500), NOW],
    ['a line that was taken in late', anEvent(NOW - 90_000, NOW - 1_000), NOW - 90_000],
  ])('is what %s vouches for', (_what, event, expected) => {
    expect(vouchesFor(event, NOW)).toBe(expected);
  });

  it('only rises, whatever arrives late', () => {
    const visibility = new Visibility(NOW - 60_000);
    visibility.saw([anEvent(NOW - 1_000)], NOW);
    visibility.saw([anEvent(NOW - 30_000, NOW - 100)], NOW);
    expect(visibility.report(NOW)).toEqual({
      seesThroughAt: NOW - 1_000,
      ingestionLagMs: 29_900,
      blindSinceAt: undefined,
    });
  });

  it('is not known before anything was seen', () => {
    expect(new Visibility(NOW).report(NOW)).toEqual({
      seesThroughAt: undefined,
      ingestionLagMs: undefined,
      blindSinceAt: undefined,
    });
  });
});

describe('blindness', () => {
  it('begins when nothing of the last two minutes has become visible', () => {
    expect(blindSince(NOW, NOW + 120_000)).toBeUndefined();
    expect(blindSince(NOW, NOW + 120_001)).toBe(NOW + 120_000);
  });

  it('begins two minutes after the start of a monitor that never sees anything, and ends with the first new line', () => {
    const visibility = new Visibility(NOW);
    const later = NOW + 180_000;
    expect(visibility.report(later).blindSinceAt).toBe(NOW + 120_000);
    visibility.saw([anEvent(NOW + 1_000, later)], later);
    expect(visibility.report(later).blindSinceAt).toBe(NOW + 121_000);
    visibility.saw([anEvent(later - 2_000)], later);
    expect(visibility.report(later).blindSinceAt).toBeUndefined();
  });
});

describe('a canary', () => {
  it('is known by its stream and never by its text, which any function can print', () => {
    expect(isCanary(aLogEvent('anything', { streamName: CANARY_STREAM }))).toBe(true);
    expect(isCanary(aLogEvent(CANARY_TEXT))).toBe(false);
  });
});

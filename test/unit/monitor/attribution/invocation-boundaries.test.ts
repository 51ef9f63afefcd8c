import { describe, expect, it } from 'vitest';
import { InvocationBoundaries, type Place } from '../../../../monitor/attribution/invocation-boundaries.ts';
import { aLogEvent, PAYMENT_STREAM } from '../builders.ts';

const at = (timestamp: number, index = 0, page = 1): Place => ({ timestamp, page, index });

/** `S` and `E` with a request and its time: `Sa10 Ea20`. */
function theBoundaries(text: string) {
  const boundaries = new InvocationBoundaries(900_000);
  for (const [, kind, requestId = '', time] of text.matchAll(/([SE])([a-z])(\d+)/g))
    boundaries.add(kind === 'S' ? 'start' : 'end', requestId, aLogEvent(''), at(Number(time)));
  return boundaries;
}

describe('the surroundings of a line', () => {
  it.each([
    ['within an invocation', 'Sa10 Ea20', { kind: 'within', requestId: 'a' }],
    ['within it, whatever order its lines came in', 'Ea20 Sb30 Eb40 Sa10', { kind: 'within', requestId: 'a' }],
    ['within the one that ran, of two', 'Sb01 Eb05 Sa10 Ea20 Sc21', { kind: 'within', requestId: 'a' }],
    ['open: the END has not come', 'Sa10', { kind: 'open' }],
    ['open: nothing has come', '', { kind: 'open' }],
    ['missing a START', 'Ea20', { kind: 'start-missing', requestId: 'a' }],
    ['missing a START behind another invocation', 'Sb01 Eb05 Ea20', { kind: 'start-missing', requestId: 'a' }],
    [
      'missing a START behind an invocation whose END is missing',
      'Sb01 Ea20',
      { kind: 'start-missing', requestId: 'a' },
    ],
    ['between two', 'Sb01 Eb05 Sa20 Ea30', { kind: 'between' }],
    ['between END and REPORT', 'Sa01 Ea05 Ea20', { kind: 'between' }],
    ['before a START whose END is missing', 'Sa10 Sb20', { kind: 'between' }],
  ])('are %s', (_what, lines, expected) => {
    expect(theBoundaries(lines).around(PAYMENT_STREAM, at(15))).toEqual(expected);
  });

  it('are told within a millisecond by the order of the page', () => {
    const boundaries = theBoundaries('Sa10');
    boundaries.add('end', 'a', aLogEvent(''), at(15, 1));
    expect(boundaries.around(PAYMENT_STREAM, at(15, 0))).toEqual({ kind: 'within', requestId: 'a' });
    boundaries.add('start', 'b', aLogEvent(''), at(15, 2));
    boundaries.add('end', 'b', aLogEvent(''), at(15, 4));
    expect(boundaries.around(PAYMENT_STREAM, at(15, 3))).toEqual({ kind: 'within', requestId: 'b' });
  });

  it('are unclear when a line of the same millisecond came on another page', () => {
    expect(theBoundaries('Sa10 Ea15').around(PAYMENT_STREAM, at(15, 0, 2))).toEqual({ kind: 'unclear' });
  });

  it('are those of the line’s own stream', () => {
    expect(theBoundaries('Sa10 Ea20').around('another', at(15))).toEqual({ kind: 'open' });
  });
});

describe('the memory of boundaries', () => {
  it('keeps what was learned last of a stream, so that what is looked up for an earlier line stays', () => {
    const later = Array.from({ length: 30 }, (_, n) => `S${'b'}${30 + 2 * n} E${'b'}${31 + 2 * n}`).join(' ');
    const boundaries = theBoundaries(`Sa10 ${later}`);
    expect(boundaries.runOf(PAYMENT_STREAM, 'a')).toBeUndefined();
    boundaries.add('start', 'a', aLogEvent(''), at(10));
    boundaries.add('end', 'a', aLogEvent(''), at(20));
    expect(boundaries.runOf(PAYMENT_STREAM, 'a')).toBeDefined();
    expect(boundaries.around(PAYMENT_STREAM, at(15))).toEqual({ kind: 'within', requestId: 'a' });
  });

  it('forgets the stream longest unheard', () => {
    const boundaries = theBoundaries('Sa10 Ea20');
    for (let n = 0; n < 5_000; n += 1) boundaries.add('start', 'b', aLogEvent('', { streamName: `s${n}` }), at(1));
    expect(boundaries.around(PAYMENT_STREAM, at(15))).toEqual({ kind: 'open' });
  });

  it('gives the whole of an invocation, and nothing of one that ran twice', () => {
    expect(theBoundaries('Sa10 Ea20 Ea21').runOf(PAYMENT_STREAM, 'a')).toMatchObject({
      startedAt: { timestamp: 10 },
      endedAt: { timestamp: 20 },
    });
    expect(theBoundaries('Sa10 Ea20 Sa30 Ea40').runOf(PAYMENT_STREAM, 'a')).toBeUndefined();
  });

  it.each([
    [50, true],
    [100, false],
  ])(
    'holds one that began before and whose END is missing to be over after the longest run: %i ms',
    (longestRunMs, isOver) => {
      const boundaries = new InvocationBoundaries(longestRunMs);
      boundaries.add('start', 'a', aLogEvent(''), at(10));
      boundaries.add('start', 'b', aLogEvent(''), at(70));
      expect(boundaries.ranAlone(PAYMENT_STREAM, 'b')).toBe(isOver);
    },
  );

  it('takes an event once', () => {
    const boundaries = new InvocationBoundaries(900_000);
    const event = aLogEvent('');
    expect([boundaries.add('start', 'a', event, at(1)), boundaries.add('start', 'a', event, at(1))]).toEqual([
      true,
      false,
    ]);
  });
});

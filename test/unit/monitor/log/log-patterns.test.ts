import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../../../local/logs/filter-pattern.ts';
import { FAILURES, INVOCATION_BOUNDARIES, linesOf, STARTS_AND_ENDS } from '../../../../monitor/log/log-patterns.ts';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { endLine, EXECUTION, printed, REQUEST, startLine } from '../builders.ts';
import { BOUNDARIES } from '../classifier/log-lines/boundaries.ts';
import { KILLED } from '../classifier/log-lines/killed.ts';
import { NEVER_UP, PLATFORM } from '../classifier/log-lines/never-up.ts';
import { SUSPECTED } from '../classifier/log-lines/suspected.ts';
import { THROWN } from '../classifier/log-lines/thrown.ts';

const FAILED = [...THROWN, ...KILLED, ...NEVER_UP, ...PLATFORM];
/** In text format END says what a success's REPORT says. */
const ASKED_FOR = BOUNDARIES.filter(({ line }) => !line.startsWith('REPORT '));

/** Stricter than the local AWS: a term is found only where no letter or digit goes on at either end of it. */
function matchesWholeWords(pattern: string, message: string): boolean {
  return [...pattern.matchAll(/\?(?:"([^"]*)"|(\w+))(?:\s|$)/g)].some(([, quoted, bare]) => {
    const term = (quoted ?? bare ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`${/^\w/.test(term) ? '\\b' : ''}${term}${/\w$/.test(term) ? '\\b' : ''}`).test(message);
  });
}

function matches(pattern: string, message: string): boolean {
  return matchesWholeWords(pattern, message) && parseFilterPattern(pattern)(message);
}

describe('the filter patterns', () => {
  it.each(FAILED)('ask both windows for a failure: $what', ({ line }) => {
    expect(matches(FAILURES, line)).toBe(true);
    expect(matches(STARTS_AND_ENDS, line)).toBe(true);
  });

  it.each(SUSPECTED)('ask both windows for a suspicion: $what', ({ line }) => {
    expect(matches(FAILURES, line)).toBe(true);
    expect(matches(STARTS_AND_ENDS, line)).toBe(true);
  });

  it.each(ASKED_FOR)('ask the near window for where an invocation begins or ends: $what', ({ line }) => {
    expect(matches(STARTS_AND_ENDS, line)).toBe(true);
    expect(matches(INVOCATION_BOUNDARIES, line)).toBe(true);
  });

  it('ask the near window for step lines, and the far one for those that tell of a failure or its end', () => {
    for (const line of [startLine(), endLine()]) {
      expect(matches(STARTS_AND_ENDS, line)).toBe(true);
      expect(matches(FAILURES, line)).toBe(false);
    }
    for (const outcome of ['FAILED', 'REJECTED', 'BARRED']) expect(matches(FAILURES, endLine({ outcome }))).toBe(true);
  });

  it.each([orderKey(EXECUTION), stepRecordKey(EXECUTION, 'payment')])(
    'ask the near window for a key that somebody printed: %s',
    (key) => {
      expect(matches(STARTS_AND_ENDS, `got ${key}\n`)).toBe(true);
    },
  );

  it.each(BOUNDARIES)('keep the far window cheap: $what', ({ line }) => {
    expect(matches(FAILURES, line)).toBe(line.includes('Status:'));
  });

  it('ask by request id for every line that bears it', () => {
    expect(matches(linesOf([REQUEST]), `START RequestId: ${REQUEST} Version: $LATEST\n`)).toBe(true);
    expect(matches(linesOf([REQUEST]), printed('x'))).toBe(true);
  });

  it('are alternatives only, and no longer than a pattern may be', () => {
    const twenty = linesOf(Array.from({ length: 20 }, () => REQUEST));
    for (const pattern of [FAILURES, STARTS_AND_ENDS, INVOCATION_BOUNDARIES, twenty]) {
      expect(pattern.length).toBeLessThanOrEqual(1024);
      expect(pattern.replaceAll(/\?(?:"[^"]*"|\w+)(?: |$)/g, '')).toBe('');
    }
  });
});

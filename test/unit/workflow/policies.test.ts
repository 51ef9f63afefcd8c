import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS, isTransient } from '../../../workflow/failure.ts';
import { deadlineErrors, isHeldFor, isTriedAgain, pauseBeforeMs, policyErrors } from '../../../workflow/policies.ts';

const POLICY = { maxAttempts: 10, baseMs: 1000, maxMs: 5000 };

/** What no type checker has seen: a definition may be read from anywhere. */
function errorsOf(policies: object): string {
  return policyErrors({ retry: POLICY, ...policies }).join('; ');
}

describe('a retry policy', () => {
  it.each([
    [2, 0, 500],
    [2, 0.5, 750],
    [3, 0, 1000],
    [4, 0.5, 3000],
    [5, 0, 2500],
    [10, 0.5, 3750],
  ])('pauses before attempt %i, at random %f, for %i ms', (attempt, random, expected) => {
    expect(pauseBeforeMs(attempt, POLICY, random)).toBe(expected);
  });

  it('pauses for half to all of the doubled base, and never for longer than the policy says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, random) => {
          const full = Math.min(POLICY.maxMs, POLICY.baseMs * 2 ** (n - 2));
          const pauseMs = pauseBeforeMs(n, POLICY, random);
          expect(pauseMs).toBeGreaterThanOrEqual(full / 2);
          expect(pauseMs).toBeLessThanOrEqual(full);
        },
      ),
    );
  });
});

describe('the kinds that are tried again', () => {
  it.each(FAILURE_KINDS)('are the transient ones by default: %s', (kind) => {
    expect(isTriedAgain(kind, POLICY)).toBe(isTransient(kind));
  });

  it('are those that the policy names and no others, where it names some', () => {
    const policy = { ...POLICY, kinds: ['OUT_OF_MEMORY', 'TIMEOUT'] as const };
    expect(FAILURE_KINDS.filter((kind) => isTriedAgain(kind, policy))).toEqual(['TIMEOUT', 'OUT_OF_MEMORY']);
    expect(FAILURE_KINDS.filter((kind) => isTriedAgain(kind, { ...POLICY, kinds: [] }))).toEqual([]);
  });

  it.each([
    [
      'a rejection, which is an end',
      { retry: { ...POLICY, kinds: ['REJECTED'] } },
      /tries "REJECTED" again, and the kinds/,
    ],
    [
      'a kind that there is not',
      { retry: { ...POLICY, kinds: ['SLOW'] } },
      /tries "SLOW" again.* are INVALID_BUCKET_NAME,/,
    ],
    ['a kind twice', { retry: { ...POLICY, kinds: ['TIMEOUT', 'TIMEOUT'] } }, /names TIMEOUT twice/],
  ])('cannot be %s', (_, policies, message) => {
    expect(errorsOf(policies)).toMatch(message);
  });
});

describe('giving up', () => {
  it('holds for a person where the policy says so, and never a rejection', () => {
    const holding = { retry: POLICY, onGivingUp: 'hold' } as const;
    expect(FAILURE_KINDS.filter((kind) => !isHeldFor(kind, holding))).toEqual(['REJECTED']);
    expect(FAILURE_KINDS.filter((kind) => isHeldFor(kind, { retry: POLICY }))).toEqual([]);
    expect(FAILURE_KINDS.filter((kind) => isHeldFor(kind, { ...holding, onGivingUp: 'recover' }))).toEqual([]);
  });

  it('cannot be anything else', () => {
    expect(errorsOf({ onGivingUp: 'ignore' })).toMatch(/onGivingUp is "ignore", and must be recover or hold/);
  });
});

describe('a deadline of its own', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity, 86_400_001])('cannot be %d ms', (deadlineMs) => {
    expect(errorsOf({ deadlineMs })).toMatch(/deadlineMs is .*, and must be an integer from 1 to 86400000/);
  });

  it('may be as long as its function runs, and not a millisecond less', () => {
    const steps = [{ name: 'pay', deadlineMs: 3000 }, { name: 'ship' }, { name: 'unknown', deadlineMs: 1 }];
    expect(deadlineErrors(steps, { pay: { timeoutMs: 3000 }, ship: { timeoutMs: 3000 } })).toEqual([]);
    expect(deadlineErrors(steps, { pay: { timeoutMs: 3001 } })).toEqual([
      'step pay: its deadline of 3000 ms would pass while its function, with a timeout of 3001 ms, may still run',
    ]);
  });
});

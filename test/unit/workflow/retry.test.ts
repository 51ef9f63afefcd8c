import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseBeforeMs } from '../../../workflow/retry.ts';

const POLICY = { maxAttempts: 10, baseMs: 1000, maxMs: 5000 };

describe('retry', () => {
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

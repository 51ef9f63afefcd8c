import { describe, expect, it } from 'vitest';
import { BROKEN_PROTOCOLS } from './interleavings/broken-protocols.ts';
import { runSchedule } from './interleavings/run-schedule.ts';
import { shrink } from './interleavings/shrink.ts';
import { PROMISES } from './interleavings/witness.ts';

/**
 * Schedules within which each is caught: at least twenty times as many as it takes on average (docs/testing.md). A change of
 * the product shifts every schedule, and must not shift one of these beyond its bound.
 */
const WITHIN: Readonly<Record<string, number>> = {
  'functions-without-fence': 200,
  'recovery-without-fence': 400,
  'no-attempt-claim': 100,
  'unconditional-put': 100,
  'recovery-before-the-record': 200,
  'a-loser-that-undoes': 300,
  'a-slot-closed-only-when-held': 2_000,
  'tombstones-folded-too-early': 2_000,
  'late-events-that-do-not-look': 2_700,
  'deadlines-from-the-ids-clock': 300,
  'no-sweep': 200,
  'a-hold-that-nobody-keeps': 400,
  'no-doorbell': 2_000,
  'no-redrive-claim': 400,
};

async function firstCaught(name: string): Promise<{ readonly seed: number; readonly promises: readonly string[] }> {
  const { protocol } = BROKEN_PROTOCOLS[name] ?? {};
  for (let seed = 1; seed <= (WITHIN[name] ?? 0); seed += 1) {
    const { violations } = await runSchedule({ seed, ...(protocol && { protocol }) });
    if (violations.length > 0) return { seed, promises: violations.map(({ promise }) => promise) };
  }
  return { seed: Infinity, promises: [] };
}

describe('a protocol that is deliberately broken', () => {
  it.for(Object.entries(BROKEN_PROTOCOLS))(
    'is caught by what it breaks: %s',
    async ([name, { breaks }], { annotate }) => {
      const { seed, promises } = await firstCaught(name);
      await annotate(`caught by schedule ${seed} of at most ${WITHIN[name]}`);
      expect(seed).toBeLessThanOrEqual(WITHIN[name] ?? 0);
      expect(promises.filter((promise) => breaks.some((broken) => broken === promise))).not.toEqual([]);
    },
  );

  it('is there for every promise', () => {
    const broken = new Set(Object.values(BROKEN_PROTOCOLS).flatMap(({ breaks }) => breaks));
    expect(PROMISES.filter((promise) => !broken.has(promise))).toEqual([]);
  });

  it('is told with the fewest troubles that its failure needs', async () => {
    const { protocol } = BROKEN_PROTOCOLS['functions-without-fence'] ?? {};
    const { seed } = await firstCaught('functions-without-fence');
    const options = { seed, ...(protocol && { protocol }) };
    const without = await shrink(options);
    const [whole, shrunk] = [await runSchedule(options), await runSchedule({ ...options, without })];
    expect(shrunk.violations).not.toEqual([]);
    expect(shrunk.troubles.length).toBeLessThan(whole.troubles.length);
  });
});

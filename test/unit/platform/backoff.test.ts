import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { backoffMs, retry } from '../../../platform/backoff.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import type { RetryOptions } from '../../../platform/backoff.ts';

const ALMOST_ONE = 1 - Number.EPSILON;

function someOptions(overrides: Partial<RetryOptions> = {}): RetryOptions {
  return {
    attempts: 3,
    baseMs: 100,
    maxMs: 1000,
    isRetryable: () => true,
    clock: new FakeClock(),
    random: () => ALMOST_ONE,
    ...overrides,
  };
}

describe('backoffMs', () => {
  it('doubles its range with every attempt up to the bound', () => {
    const ranges = [1, 2, 3, 4, 5, 6].map((attempt) =>
      backoffMs(attempt, { baseMs: 100, maxMs: 1000 }, () => ALMOST_ONE),
    );
    expect(ranges).toEqual([99, 199, 399, 799, 999, 999]);
  });

  it('draws from the whole range, from 0 on', () => {
    expect(backoffMs(4, { baseMs: 100, maxMs: 1000 }, () => 0)).toBe(0);
    expect(backoffMs(4, { baseMs: 100, maxMs: 1000 }, () => 0.5)).toBe(400);
  });

  it('stays a whole number of milliseconds within the bound, whatever the attempt', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 60_000 }),
        unit,
        (attempt, maxMs, drawn) => {
          const ms = backoffMs(attempt, { baseMs: 50, maxMs }, () => drawn);
          expect(Number.isInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(maxMs);
        },
      ),
    );
  });

  it('refuses an attempt before the first', () => {
    expect(() => backoffMs(0, { baseMs: 1, maxMs: 1 }, () => 0)).toThrow('Attempt 0 cannot have failed');
  });
});

describe('retry', () => {
  it('gives up with the last error once the attempts are spent', async () => {
    const clock = new FakeClock();
    const operation = vi.fn((attempt: number) => Promise.reject<never>(new Error(`attempt ${attempt}`)));
    const result = expect(retry(operation, someOptions({ clock }))).rejects.toThrow('attempt 3');
    await clock.advance(10_000);
    await result;
    expect(operation).toHaveBeenCalledTimes(3);
  });

  it('does not repeat what cannot succeed', async () => {
    const operation = vi.fn(() => Promise.reject<never>(new TypeError('wrong')));
    const isRetryable = (error: unknown): boolean => !(error instanceof TypeError);
    await expect(retry(operation, someOptions({ isRetryable }))).rejects.toThrow(TypeError);
    expect(operation).toHaveBeenCalledTimes(1);
  });

  it('waits between attempts, shows each retry, and returns the success', async () => {
    const clock = new FakeClock(0);
    const onRetry = vi.fn();
    const succeedAtThird = (attempt: number): Promise<number> =>
      attempt < 3 ? Promise.reject(new Error('busy')) : Promise.resolve(clock.now());
    const result = retry(succeedAtThird, someOptions({ clock, onRetry }));
    await clock.advance(10_000);
    await expect(result).resolves.toBe(99 + 199);
    expect(onRetry.mock.calls.map(([{ attempt, delayMs }]) => [attempt, delayMs])).toEqual([
      [1, 99],
      [2, 199],
    ]);
  });

  it('stops waiting when it is aborted', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const operation = vi.fn(() => Promise.reject<never>(new Error('busy')));
    const result = expect(retry(operation, someOptions({ clock, signal: controller.signal }))).rejects.toThrow(
      'closing',
    );
    await clock.untilSleeping();
    controller.abort(new Error('closing'));
    await result;
    expect(operation).toHaveBeenCalledTimes(1);
  });

  it('refuses to try nothing', async () => {
    await expect(retry(() => Promise.resolve(1), someOptions({ attempts: 0 }))).rejects.toThrow('at least 1');
  });
});

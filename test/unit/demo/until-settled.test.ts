import { describe, expect, it } from 'vitest';
import { untilSettled } from '../../../demo/scenarios/until-settled.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MINUTE_MS = 60_000;

/** Gives one result after another, the last for ever. */
function scripted<T>(results: readonly T[]) {
  let next = 0;
  return () => Promise.resolve(results[Math.min(next++, results.length - 1)] as T);
}

function settle(results: readonly string[], settlingMs: number, clock = new FakeClock(), signal = neverAborted()) {
  const attempt = scripted(results);
  return untilSettled({ attempt, isSettled: (result) => result === 'yes', settlingMs, clock, signal });
}

const neverAborted = () => new AbortController().signal;

describe('a change that may still be on its way', () => {
  it('has one attempt where it is in force at once, whatever comes of it', async () => {
    expect(await settle(['no', 'yes'], 0)).toEqual({ last: 'no', attempts: 1, isSettled: false });
  });

  it('is given up by an attempt that began when the time had passed, and by none before', async () => {
    const clock = new FakeClock();
    const settling = settle(['no'], MINUTE_MS, clock);
    await clock.advance(2 * MINUTE_MS);
    // Every 10 s, the first at once.
    expect(await settling).toEqual({ last: 'no', attempts: 7, isSettled: false });
  });

  it('is waited for no longer than until it is seen', async () => {
    const clock = new FakeClock();
    const settling = settle(['no', 'no', 'yes'], MINUTE_MS, clock);
    await clock.advance(20_000);
    expect(await settling).toEqual({ last: 'yes', attempts: 3, isSettled: true });
  });

  it('is not waited for when the demo is interrupted', async () => {
    const clock = new FakeClock();
    const interruption = new AbortController();
    const settling = settle(['no'], MINUTE_MS, clock, interruption.signal);
    await clock.untilSleeping();
    interruption.abort(new Error('interrupted'));
    await expect(settling).rejects.toThrow('interrupted');
  });
});

import { describe, expect, it } from 'vitest';
import { MAX_SLEEP_MS, systemClock } from '../../../platform/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import type { Clock } from '../../../platform/clock.ts';

const clocks: readonly [string, () => Clock][] = [
  ['the system clock', () => systemClock],
  ['the fake clock', () => new FakeClock()],
];

describe.each(clocks)('%s', (_name, aClock) => {
  it.each([-1, Number.NaN, MAX_SLEEP_MS + 1])('refuses to sleep for %d ms', async (ms) => {
    await expect(aClock().sleep(ms)).rejects.toThrow(`Cannot sleep for ${ms} ms: it must be between 0 and 2147483647`);
  });

  it('rejects a sleep with the reason it is aborted with', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const sleep = aClock().sleep(MAX_SLEEP_MS, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
  });

  it('rejects a sleep at once when the signal is already aborted', async () => {
    const reason = new Error('too late');
    await expect(aClock().sleep(MAX_SLEEP_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the system clock', () => {
  it('ends a sleep of 0 ms', async () => {
    await expect(systemClock.sleep(0)).resolves.toBeUndefined();
  });

  it('counts milliseconds since the epoch', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('the fake clock', () => {
  it('wakes sleepers in the order they are due, each at its own time', async () => {
    const clock = new FakeClock(1000);
    const woken: [string, number][] = [];
    const sleepFor = (name: string, ms: number): Promise<void> =>
      clock.sleep(ms).then(() => void woken.push([name, clock.now()]));
    const all = Promise.all([sleepFor('late', 30), sleepFor('early', 10)]);

    await clock.advance(29);
    expect(woken).toEqual([['early', 1010]]);
    await clock.advance(1);
    await all;
    expect(woken[1]).toEqual(['late', 1030]);
  });

  it('also ends a sleep that begins while it is advancing', async () => {
    const clock = new FakeClock(0);
    const wakes: number[] = [];
    const loop = (async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await clock.sleep(10);
        wakes.push(clock.now());
      }
    })();
    await clock.advance(30);
    await loop;
    expect(wakes).toEqual([10, 20, 30]);
  });

  it('tells when somebody sleeps, and forgets who was aborted', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const twoSleep = clock.untilSleeping(2);
    const first = clock.sleep(5);
    const second = clock.sleep(5, controller.signal);
    await twoSleep;
    controller.abort(new Error('no more'));
    await expect(second).rejects.toThrow('no more');
    expect(clock.sleeping).toBe(1);
    await clock.advance(5);
    await first;
    expect(clock.sleeping).toBe(0);
  });
});

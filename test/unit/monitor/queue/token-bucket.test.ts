import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../../monitor/queue/token-bucket.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function aBucket({ perSecond = 10, burst = 5 } = {}) {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ clock, perSecond, burst });
  const takeAll = () => {
    let taken = 0;
    while (bucket.take()) taken += 1;
    return taken;
  };
  return { clock, bucket, takeAll };
}

describe('a bucket of tokens', () => {
  it('gives its burst at once and then so many a second', async () => {
    const { clock, takeAll } = aBucket();
    expect(takeAll()).toBe(5);
    await clock.advance(99);
    expect(takeAll()).toBe(0);
    await clock.advance(1);
    expect(takeAll()).toBe(1);
    await clock.advance(300);
    expect(takeAll()).toBe(3);
  });

  it('holds no more than its burst, however long nobody takes any', async () => {
    const { clock, takeAll } = aBucket();
    await clock.advance(3_600_000);
    expect(takeAll()).toBe(5);
  });

  it('never gives more than burst and rate allow, whenever it is asked', async () => {
    const { clock, takeAll } = aBucket({ perSecond: 7, burst: 3 });
    let taken = 0;
    for (const stepMs of [1, 40, 3, 500, 17, 142, 143, 999, 1]) {
      taken += takeAll();
      await clock.advance(stepMs);
    }
    taken += takeAll();
    expect(taken).toBeLessThanOrEqual(3 + (7 * 1_846) / 1_000);
  });

  it('says when to ask again, to the millisecond', async () => {
    const { clock, bucket, takeAll } = aBucket({ perSecond: 3 });
    takeAll();
    const untilMs = bucket.untilMs();
    await clock.advance(untilMs - 1);
    expect(bucket.has()).toBe(false);
    await clock.advance(1);
    expect(bucket.has()).toBe(true);
    expect(bucket.untilMs()).toBe(0);
  });

  it('keeps what is to be kept for others', async () => {
    const { clock, bucket } = aBucket();
    for (let taken = 0; taken < 3; taken += 1) bucket.take();
    expect([bucket.has(1), bucket.has(2)]).toEqual([true, false]);
    await clock.advance(bucket.untilMs(2));
    expect(bucket.has(2)).toBe(true);
  });

  it('gives nothing for time that a clock goes through twice', () => {
    let now = 1_000;
    const bucket = new TokenBucket({ clock: { now: () => now }, perSecond: 10, burst: 1 });
    bucket.take();
    now = 0;
    expect(bucket.has()).toBe(false);
    now = 100;
    expect(bucket.has()).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { CallRate } from '../../../../monitor/log/call-rate.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

describe('the calls of the last minute', () => {
  it('are those of its sixty seconds, and none before them', async () => {
    const clock = new FakeClock();
    const rate = new CallRate(clock);
    expect(rate.lastMinute).toBe(0);
    for (let second = 0; second < 150; second += 1) {
      for (let call = 0; call < 3; call += 1) rate.count();
      expect(rate.lastMinute).toBe(3 * Math.min(second + 1, 60));
      await clock.advance(1_000);
    }
    await clock.advance(58_000);
    expect(rate.lastMinute).toBe(3);
    await clock.advance(1_000);
    expect(rate.lastMinute).toBe(0);
  });
});

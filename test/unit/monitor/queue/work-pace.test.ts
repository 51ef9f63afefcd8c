import { describe, expect, it } from 'vitest';
import { WorkPace } from '../../../../monitor/queue/work-pace.ts';
import type { Urgency } from '../../../../monitor/queue/urgency.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function aPace({ looksPerSecond = 20, invocationsPerSecond = 10 } = {}) {
  const clock = new FakeClock();
  const pace = new WorkPace(clock, { looksPerSecond, invocationsPerSecond });
  const begin = (urgency: Urgency, times: number) =>
    Array.from({ length: times }, () => pace.beginLook(urgency)).filter(Boolean).length;
  const invoke = (times: number) => Array.from({ length: times }, () => pace.invocationPauseMs());
  return { clock, pace, begin, invoke };
}

describe('the pace of the work', () => {
  it('lets so many looks begin in a second, of whatever urgency', async () => {
    const { clock, begin } = aPace();
    expect(begin('young', 15) + begin('reported', 15)).toBe(20);
    await clock.advance(1_000);
    expect(begin('young', 50)).toBe(20);
  });

  it('makes no burst of the backlog after a pause, and one of what is reported then', async () => {
    const { clock, begin } = aPace();
    expect(begin('backlog', 50)).toBe(2);
    let begun = 0;
    for (let ms = 0; ms < 1_000; ms += 10) {
      await clock.advance(10);
      begun += begin('backlog', 50);
    }
    expect(begun).toBe(20);
    await clock.advance(60_000);
    expect([begin('backlog', 50), begin('reported', 50)]).toEqual([2, 18]);
  });

  it('lets so many functions be invoked in a second, and tells the others to come back one after another', async () => {
    const { clock, invoke } = aPace();
    const [first, late] = [invoke(10), invoke(3)];
    expect(first).toEqual(Array.from({ length: 10 }, () => 0));
    expect(late).toEqual([100, 200, 300]);
    await clock.advance(100);
    expect(invoke(2)).toEqual([0, 300]);
  });

  it('begins a look of the backlog only while there are invocations, and leaves some for the young', async () => {
    const { clock, pace, begin, invoke } = aPace();
    invoke(8);
    expect(begin('backlog', 1)).toBe(0);
    expect(begin('young', 1)).toBe(1);
    expect(invoke(2)).toEqual([0, 0]);
    expect(pace.untilLookMs('backlog')).toBeGreaterThan(pace.untilLookMs('young'));
    await clock.advance(pace.untilLookMs('backlog'));
    expect(begin('backlog', 1)).toBe(1);
  });
});

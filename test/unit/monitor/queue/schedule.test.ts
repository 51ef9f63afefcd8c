import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../../monitor/queue/schedule.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function theSchedule() {
  const clock = new FakeClock(1_000_000);
  const due: string[] = [];
  return { clock, due, schedule: new Schedule({ clock, onDue: (executionId) => due.push(executionId) }) };
}

describe('planned looks', () => {
  it('come when their time has come, and once', async () => {
    const { clock, due, schedule } = theSchedule();
    schedule.lookAt('a', clock.now() + 100);
    schedule.tick();
    expect(due).toEqual([]);
    await clock.advance(100);
    schedule.tick();
    schedule.tick();
    expect(due).toEqual(['a']);
    expect(schedule.has('a')).toBe(false);
  });

  it('never come early', async () => {
    const { clock, due, schedule } = theSchedule();
    schedule.lookAt('a', clock.now() + 101);
    await clock.advance(100);
    schedule.tick();
    expect(due).toEqual([]);
  });

  it('keep the earliest of several wishes for one execution', async () => {
    const { clock, due, schedule } = theSchedule();
    schedule.lookAt('a', clock.now() + 1000);
    schedule.lookAt('a', clock.now() + 100);
    schedule.lookAt('a', clock.now() + 5000);
    await clock.advance(100);
    schedule.tick();
    await clock.advance(10_000);
    schedule.tick();
    expect(due).toEqual(['a']);
  });

  it('are as many as their limit allows; the sweep has the rest', () => {
    const { clock, schedule } = theSchedule();
    for (let n = 0; n < 100_001; n += 1) schedule.lookAt(`execution-${n}`, clock.now() + n);
    expect(schedule.has('execution-99999')).toBe(true);
    expect(schedule.has('execution-100000')).toBe(false);
  });
});

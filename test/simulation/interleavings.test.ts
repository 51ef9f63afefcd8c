import { describe, expect, it } from 'vitest';
import { seeds } from './conditions.ts';
import { runSchedule } from './interleavings/run-schedule.ts';

/** 10,000 more run in CI by themselves: `npm run simulate`. */
const SCHEDULES = 500;

describe('orders while functions, monitors, coordinators and S3 fail at any call', () => {
  it.each(seeds(1))(
    'keep all six promises, whatever the order of the calls (SEED=%i and the 499 after it)',
    async (first) => {
      let [ended, crashed] = [0, 0];
      for (let seed = first; seed < first + SCHEDULES; seed += 1) {
        const { violations, succeeded, failed, crashes } = await runSchedule({ seed });
        expect(violations, `npm run simulate -- --schedules 1 --seed ${seed}`).toEqual([]);
        ended += succeeded + failed;
        crashed += crashes;
      }
      expect(ended).toBeGreaterThan(SCHEDULES);
      expect(crashed).toBeGreaterThan(SCHEDULES);
    },
  );

  it('do the same thing again from the same seed, told or not', async () => {
    let lines = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const told = await runSchedule({ seed, isTold: true });
      lines += told.story.length;
      expect(await runSchedule({ seed, isTold: true })).toEqual(told);
      expect(await runSchedule({ seed })).toEqual({ ...told, story: [] });
    }
    expect(lines).toBeGreaterThan(1_000);
  });
});

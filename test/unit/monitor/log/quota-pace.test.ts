import { describe, expect, it } from 'vitest';
import { faster, paceOf, QuotaPace, slower } from '../../../../monitor/log/quota-pace.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const forever = new AbortController().signal;
const aPace = ({ paceMs = 400, random = (): number => 0 } = {}) => {
  const clock = new FakeClock();
  return { clock, pace: new QuotaPace({ clock, paceMs, random }) };
};

/** When each of some calls got its turn, milliseconds from the first. */
async function turns(n: number, { clock, pace }: ReturnType<typeof aPace>): Promise<readonly number[]> {
  const startedAt = clock.now();
  const at: number[] = [];
  const all = (async () => {
    for (let call = 0; call < n; call += 1) {
      await pace.turn(forever);
      at.push(clock.now() - startedAt);
    }
  })();
  await clock.advance(600_000);
  await all;
  return at;
}

describe('the pace of calls', () => {
  it('stays under a quarter of the quota, since two monitors may run at once', () => {
    expect([paceOf('us-east-1'), paceOf('eu-central-1'), paceOf('eu-west-1')]).toEqual([160, 800, 400]);
  });

  it('halves the rate with each refusal, down to a call in ten seconds', () => {
    let pauseMs = 800;
    const pauses = Array.from({ length: 6 }, () => (pauseMs = slower(pauseMs)));
    expect(pauses).toEqual([1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
  });

  it('comes back by equal steps of the rate, and is back after thirty answers', () => {
    let pauseMs = 10_000;
    const rates = Array.from({ length: 30 }, () => 1000 / (pauseMs = faster(pauseMs, 400)));
    const steps = rates.slice(1, -2).map((rate, index) => rate - (rates[index] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(2.5 / 30, 6);
    expect(pauseMs).toBe(400);
    expect(faster(400, 400)).toBe(400);
  });

  it('never lets calls come closer together than its pace, whatever was answered', async () => {
    const one = aPace({ random: () => 0.99 });
    for (let answers = 0; answers < 100; answers += 1) one.pace.answered();
    expect(await turns(4, one)).toEqual([0, 400, 800, 1200]);
  });

  it('spreads calls after a refusal, so that two who were refused at once do not come back at once', async () => {
    const [one, other] = [aPace({ random: () => 0 }), aPace({ random: () => 0.9 })];
    for (const { pace } of [one, other]) pace.refused();
    expect(await turns(3, one)).toEqual([800, 1600, 2400]);
    expect(await turns(3, other)).toEqual([1160, 2320, 3480]);
  });

  it('does not wait for hours when our clock was set back', async () => {
    const clock = { at: 7_200_000, waited: 0 };
    const pace = new QuotaPace({
      clock: { now: () => clock.at, sleep: (ms) => Promise.resolve(void (clock.waited += ms)) },
      paceMs: 400,
      random: () => 0,
    });
    await pace.turn(forever);
    clock.at -= 3_600_000;
    await pace.turn(forever);
    expect(clock.waited).toBeLessThanOrEqual(400);
  });
});

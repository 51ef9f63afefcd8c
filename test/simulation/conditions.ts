import { seededRandom } from '../../demo/load/seeded-random.ts';
import { aFailingFate, HEALTHY } from '../support/simulated-faults.ts';
import type { LogConditions } from '../support/simulated-logs.ts';
import type { SimulatedOrder } from '../support/simulated-run.ts';

/** What the log does to lines: 0.1 % lost, 5 % repeated, 0.1 to 9 s late as usual, up to two minutes at times. */
export const BAD_LOG: LogConditions = {
  lost: 0.001,
  repeated: 0.05,
  lagMs: (random) => (random() < 0.85 ? 100 + random() * 8_900 : random() * 120_000),
  throttled: 0.02,
  outages: [],
};

/** Every line late by anything from nothing to two minutes, so that no order of lines is what it was. */
export const SHUFFLED_LOG: LogConditions = { ...BAD_LOG, lagMs: (random) => random() * 120_000 };

/** Orders of which a share fails, each in one of the ways there are. */
export function ordersFailing(share: number, count: number, seed: number): readonly SimulatedOrder[] {
  const random = seededRandom(seed, 'fates');
  return Array.from({ length: count }, () => ({ fate: random() < share ? aFailingFate(random) : HEALTHY }));
}

/**
 * Seeds to run with: `SEED=…` alone when it is set, to replay a run; else as many fixed ones as asked for, and a new one,
 * which is printed.
 */
export function seeds(fixed: number): readonly number[] {
  const { SEED } = process.env;
  if (SEED !== undefined) return [Number(SEED)];
  const fresh = Date.now() % 1_000_000_000;
  return [...Array.from({ length: fixed }, (_, n) => n + 1), fresh];
}

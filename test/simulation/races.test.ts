import { expect, it } from 'vitest';
import { seededRandom } from '../../demo/load/seeded-random.ts';
import { aRacingFate } from '../support/simulated-faults.ts';
import { simulate } from '../support/simulated-system.ts';
import { brokenInvariants, wrongEndings } from '../support/simulated-verdicts.ts';
import { BAD_LOG, seeds } from './conditions.ts';

const [SEED = 0] = seeds(1);
const ORDERS = 300;

it(`a success and a recovery that race for the same record have one winner (SEED=${SEED})`, async () => {
  const random = seededRandom(SEED, 'races');
  const orders = Array.from({ length: ORDERS }, () => ({ fate: aRacingFate(random) }));
  const simulated = await simulate({
    seed: SEED,
    orders,
    spacingMs: 600,
    // A failure is seen while the other invocation still runs, and between a look and its write much may happen.
    conditions: { ...BAD_LOG, lagMs: () => 100 },
    workMs: (draw) => draw() * 8_000,
    monitorCallMs: 1_000,
  });
  expect(wrongEndings(simulated, orders)).toEqual([]);
  expect(brokenInvariants(simulated)).toEqual([]);
  const ends = simulated.state.executions.map(({ status }) => status);
  expect(ends.filter((end) => end === 'SUCCEEDED').length).toBeGreaterThan(ORDERS / 10);
  expect(ends.filter((end) => end === 'FAILED').length).toBeGreaterThan(ORDERS / 10);
});

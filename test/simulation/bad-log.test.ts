import { describe, expect, it } from 'vitest';
import type { Simulated, SimulationOptions } from '../support/simulated-run.ts';
import { simulate } from '../support/simulated-system.ts';
import { brokenInvariants, detections, healthyAttemptsGivenUp, wrongEndings } from '../support/simulated-verdicts.ts';
import { BAD_LOG, ordersFailing, seeds, SHUFFLED_LOG } from './conditions.ts';

const FAILING = 0.2;

async function simulateOrders(
  count: number,
  options: Pick<SimulationOptions, 'seed' | 'conditions' | 'hasDestination'>,
) {
  const orders = ordersFailing(FAILING, count, options.seed);
  const simulated = await simulate({ orders, spacingMs: 50, ...options });
  return { orders, simulated };
}

function recoveries({ state }: Simulated): number {
  return state.executions.filter(({ recovery }) => recovery?.recoveredAt !== undefined).length;
}

describe('orders of which a fifth fails, with lines of the log lost, late and repeated', () => {
  it.each(seeds(1))('end as what happened to them demands, recovered once: 2,000 of them (SEED=%i)', async (seed) => {
    const { orders, simulated } = await simulateOrders(2_000, { seed, conditions: BAD_LOG });
    expect(wrongEndings(simulated, orders)).toEqual([]);
    expect(healthyAttemptsGivenUp(simulated, orders)).toEqual([]);
    expect(brokenInvariants(simulated)).toEqual([]);
    // What the log told in time was found by the log, or an overlooked line would hide behind the deadline.
    const { legible, foundOtherwise } = detections(simulated);
    expect(foundOtherwise).toEqual([]);
    expect(legible).toBeGreaterThan(150);
    // The conditions were what they are called.
    const { lines, lost, repeated } = simulated.logs.counts;
    expect(lost).toBeGreaterThan(0);
    expect(repeated / lines).toBeCloseTo(BAD_LOG.repeated, 1);
    expect(recoveries(simulated)).toBeGreaterThan(150);
    expect(simulated.logger.events.filter(({ message }) => message === 'execution recovered')).toHaveLength(
      recoveries(simulated),
    );
    expect(simulated.logger.events.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('do so when every line is late by up to two minutes, and failed events come as well', async () => {
    const [seed = 0] = seeds(1);
    const { orders, simulated } = await simulateOrders(1_000, { seed, conditions: SHUFFLED_LOG, hasDestination: true });
    expect(wrongEndings(simulated, orders)).toEqual([]);
    expect(healthyAttemptsGivenUp(simulated, orders)).toEqual([]);
    expect(brokenInvariants(simulated)).toEqual([]);
    expect(simulated.logger.events.filter(({ message }) => message === 'execution recovered')).toHaveLength(
      recoveries(simulated),
    );
  });
});

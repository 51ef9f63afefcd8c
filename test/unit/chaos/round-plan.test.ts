import { describe, expect, it } from 'vitest';
import { KILLED, planRound, ROUND_MS, type RoundPlan } from '../../../chaos/round-plan.ts';

const surroundings = { closedEndpoint: 'http://127.0.0.1:9', silentEndpoint: 'http://127.0.0.1:10' };
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const plan = (seed: number): RoundPlan => planRound({ seed, orders: 60, surroundings });

describe('the plan of a round', () => {
  it('follows from the seed: the same for the same, another for another', () => {
    const text = (seed: number) => JSON.stringify(plan(seed));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });

  it('kills each of the processes at least once, in the order of time and within the round', () => {
    for (const { kills } of SEEDS.map(plan)) {
      expect(new Set(kills.map(({ target }) => target))).toEqual(new Set(KILLED));
      expect(kills.map(({ atMs }) => atMs)).toEqual(kills.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      for (const { atMs } of kills) expect(atMs).toBeLessThanOrEqual(ROUND_MS);
    }
  });

  it('kills the second monitor while there is one', () => {
    for (const { kills, secondMonitor } of SEEDS.map(plan)) {
      const kill = kills.find(({ target }) => target === 'second-monitor');
      expect(kill?.atMs).toBeGreaterThan(secondMonitor.fromMs);
      expect(kill?.atMs).toBeLessThan(secondMonitor.toMs);
    }
  });

  it('takes a fault out before it puts the next one in, and all of them before the round is over', () => {
    for (const { faultWindows } of SEEDS.map(plan)) {
      const instants = faultWindows.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
      expect(instants.at(-1)).toBeLessThanOrEqual(ROUND_MS);
    }
  });

  it('meets every kind of transient fault, of both functions, within some rounds', () => {
    const met = new Set(SEEDS.flatMap((seed) => plan(seed).faultWindows.map(({ fault }) => JSON.stringify(fault))));
    expect(met.size).toBe(9);
  });

  it('fails a share of the orders for good: declined, sold out, denied', () => {
    const { load, placedAtMs } = plan(7);
    expect(placedAtMs).toHaveLength(load.orders.length);
    expect(new Set(load.orders.map(({ rejectedAs }) => rejectedAs))).toEqual(
      new Set([undefined, 'declined', 'sold-out']),
    );
    expect(load.faults.map(({ kind, step }) => [kind, step])).toEqual([
      ['denied', 'payment'],
      ['denied', 'confirm-order'],
    ]);
  });
});

import type { Target } from '../target.ts';
import type { ScenarioResult } from './outcome.ts';
import { runBadOrder } from './run-bad-order.ts';
import { runOrder } from './run-order.ts';
import type { Scenario, Surroundings } from './scenario.ts';

/** Runs one scenario with real orders on items of its own. What differs is in the result; it throws only where it cannot go on. */
export function runScenario(scenario: Scenario, target: Target, surroundings: Surroundings): Promise<ScenarioResult> {
  return scenario.kind === 'order' ? runOrder(scenario, target, surroundings) : runBadOrder(scenario, target);
}

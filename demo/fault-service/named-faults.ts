import type { OrderScenario, Scenario, Surroundings } from '../scenarios/scenario.ts';
import type { NamedFault } from './fault-switch.ts';

/** The faults of the scenarios in which nobody repairs anything before the order has ended: that is for a person to do. */
export function namedFaults(scenarios: readonly Scenario[], surroundings: Surroundings): readonly NamedFault[] {
  return scenarios
    .filter((scenario): scenario is OrderScenario => scenario.kind === 'order' && scenario.repairedOnce === 'ended')
    .map(({ name, how, faults }) => ({ name, how, faults: faults(surroundings) }))
    .filter(({ faults }) => faults.length > 0);
}

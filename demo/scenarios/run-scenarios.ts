import { FaultCallError } from '../faults/fault-injector.ts';
import type { Target } from '../target.ts';
import type { ScenarioResult } from './outcome.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, Surroundings } from './scenario.ts';

export interface RunScenariosOptions {
  readonly scenarios: readonly Scenario[];
  /** Deployments of the stack, each running one scenario at a time: a fault of one would be the other's as well. */
  readonly targets: readonly Target[];
  readonly surroundings: Surroundings;
  /** Called as soon as it is known, in any order. */
  readonly onResult: (result: ScenarioResult) => void;
  readonly onRunning: (names: readonly string[]) => void;
}

/** Runs every scenario; the results come in the order of the scenarios. One that could not be run to its end is a result, too. */
export async function runScenarios(options: RunScenariosOptions): Promise<readonly ScenarioResult[]> {
  const { scenarios, targets, surroundings, onResult, onRunning } = options;
  const results = new Map<string, ScenarioResult>();
  const running = new Set<string>();
  // The longest first, so that no target is left alone with one at the end.
  const waiting = [...scenarios].sort((a, b) => b.aboutMs - a.aboutMs).values();
  const lane = async (target: Target) => {
    for (const scenario of waiting) {
      target.signal.throwIfAborted();
      running.add(scenario.name);
      onRunning([...running]);
      const result = await runToResult(scenario, target, surroundings);
      target.signal.throwIfAborted();
      running.delete(scenario.name);
      results.set(scenario.name, result);
      onResult(result);
    }
  };
  await Promise.all(targets.map(lane));
  return scenarios.flatMap(({ name }) => results.get(name) ?? []);
}

/** A fault that could not be taken out would be in the next scenario as well: where that fails, too, nothing more is run. */
async function runToResult(scenario: Scenario, target: Target, surroundings: Surroundings): Promise<ScenarioResult> {
  try {
    return await runScenario(scenario, target, surroundings);
  } catch (error) {
    if (error instanceof FaultCallError) await target.faults.restoreAll();
    return unfinished(scenario, error);
  }
}

function unfinished({ name, kind, ...scenario }: Scenario, error: unknown): ScenarioResult {
  return {
    name,
    executionId: null,
    expected: kind === 'order' && 'expected' in scenario ? scenario.expected.status : 'REFUSED',
    status: 'UNKNOWN',
    failureKind: null,
    signal: null,
    detectedMs: null,
    recoveredMs: null,
    ok: false,
    problems: [`the scenario could not be run to its end: ${error instanceof Error ? error.message : String(error)}`],
    notes: [],
  };
}

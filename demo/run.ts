import { isDemoItem } from './demo-items.ts';
import type { RunnableOptions } from './options.ts';
import { runLoad } from './load/run-load.ts';
import type { LoadSummary } from './load/load-summary.ts';
import { narrate } from './report/narrative.ts';
import type { Progress } from './report/progress.ts';
import type { ScenarioResult } from './scenarios/outcome.ts';
import { runScenarios } from './scenarios/run-scenarios.ts';
import type { Scenario, Surroundings } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { allHold, checkInvariants, INVARIANTS, type InvariantReport } from './state/invariants.ts';
import { readState } from './state/read-state.ts';
import { scopeTo } from './state/scope.ts';
import type { Target } from './target.ts';

export interface DemoResult {
  readonly scenarios: readonly ScenarioResult[];
  readonly load?: LoadSummary & { readonly seed: number };
  readonly invariants: InvariantReport;
  readonly ok: boolean;
}

export interface RunOptions {
  readonly options: RunnableOptions;
  readonly targets: readonly [Target, ...Target[]];
  readonly surroundings: Surroundings;
  readonly progress: Progress;
  /** Takes the story of each scenario, in the order in which they are listed. */
  readonly tell: (story: string) => void;
}

/** Runs what was asked for against deployed stacks, puts them right again and checks the invariants. */
export async function runDemo({ options, targets, surroundings, progress, tell }: RunOptions): Promise<DemoResult> {
  if (options.mode === 'load') {
    const [target] = targets;
    const { seed } = options.load;
    const load = await runLoad(options.load, target, ({ finished, of }) => {
      if (finished % Math.max(1, Math.floor(of / 10)) === 0) progress.show(`${finished} of ${of} orders have ended`);
    });
    const invariants = await checkAll(targets, progress);
    return {
      scenarios: [],
      load: { ...load, seed },
      invariants,
      ok: load.problems.length === 0 && allHold(invariants),
    };
  }
  const chosen = SCENARIOS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const storyteller = new Storyteller(chosen, tell);
  const scenarios = await runScenarios({
    scenarios: chosen,
    targets,
    surroundings,
    onRunning: (names) => progress.show(`running ${names.join(', ')}`),
    onResult: (result) => storyteller.add(result),
  });
  const invariants = await checkAll(targets, progress);
  return { scenarios, invariants, ok: scenarios.every(({ ok }) => ok) && allHold(invariants) };
}

async function checkAll(targets: readonly Target[], progress: Progress): Promise<InvariantReport> {
  progress.show('reading everything back from S3');
  const reports = await Promise.all(targets.map(checkOne));
  const entries = INVARIANTS.map((name) => {
    const violations = reports.flatMap((report) => report[name].violations);
    return [name, { ok: violations.length === 0, violations }] as const;
  });
  return Object.fromEntries(entries) as unknown as InvariantReport;
}

/** Where others order as well, what this run ordered counts: other orders may have expired before their payments have. */
async function checkOne({ stores, isAlone }: Target): Promise<InvariantReport> {
  const state = await readState(stores);
  return checkInvariants(isAlone ? state : scopeTo(state, isDemoItem));
}

/** Scenarios end in any order and are told in theirs: each waits until those before it are told. */
class Storyteller {
  readonly #scenarios: readonly Scenario[];
  readonly #tell: (story: string) => void;
  readonly #ready = new Map<string, ScenarioResult>();
  #next = 0;

  constructor(scenarios: readonly Scenario[], tell: (story: string) => void) {
    this.#scenarios = scenarios;
    this.#tell = tell;
  }

  add(result: ScenarioResult): void {
    this.#ready.set(result.name, result);
    for (let scenario = this.#scenarios[this.#next]; scenario !== undefined; scenario = this.#scenarios[this.#next]) {
      const ready = this.#ready.get(scenario.name);
      if (ready === undefined) return;
      this.#tell(narrate(ready, scenario.how));
      this.#next += 1;
    }
  }
}

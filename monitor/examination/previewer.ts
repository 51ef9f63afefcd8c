import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { Timing } from '../../workflow/decisions.ts';
import { foldExecution, type Execution } from '../../workflow/execution.ts';
import { UnreadableFactError, type Facts } from '../../workflow/facts.ts';
import type { Attribution } from '../attribution/attribution.ts';
import { describeRepair } from './describe-repair.ts';
import type { SilentAttempt } from '../log/evidence-finder.ts';
import type { Examined } from './examiner.ts';
import type { StepFailure } from '../queue/execution-queue.ts';
import { findResults } from '../sweep/find-results.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import { planLook, type Repair, type Silence } from './plan-look.ts';
import { RecentKeys } from '../attribution/recent-keys.ts';
import { rememberRequests } from '../attribution/remember-requests.ts';

export interface PreviewerOptions {
  readonly store: Pick<ExecutionStore, 'read' | 'appStore' | 'stateStorage'>;
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  readonly attribution: Attribution;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly lookAgain: (executionId: string, at: number) => void;
  readonly evidenceFor: (silent: SilentAttempt) => 'searching' | 'searched';
}

/** How soon an execution is looked at again that somebody else may repair meanwhile, or nobody. */
const WITHHELD_PAUSE_MS = 60_000;
/** What has been said; of executions beyond it the same is said once more. */
const MAX_SAID = 50_000;

/** In the examiner's place when nothing may be done: makes the same plan of the same facts, and says it once. */
export class Previewer {
  readonly #options: PreviewerOptions;
  readonly #said = new RecentKeys(MAX_SAID);

  constructor(options: PreviewerOptions) {
    this.#options = options;
  }

  async examine(executionId: string, reported: readonly StepFailure[]): Promise<Examined> {
    const { store, definition, clock, lookAgain } = this.#options;
    let facts: Facts | undefined;
    try {
      facts = await store.read(executionId);
    } catch (error) {
      if (!(error instanceof UnreadableFactError)) throw error;
      this.#say(executionId, 'quarantine', { repair: 'quarantine', error });
      return 'ended';
    }
    if (facts === undefined) return 'gone';
    const { name, version } = facts.order.value.workflow;
    if (name !== definition.name || version !== definition.version) {
      lookAgain(executionId, clock.now() + WITHHELD_PAUSE_MS);
      return 'not-ours';
    }
    return this.#preview(foldExecution(definition, facts), reported);
  }

  async #preview(execution: Execution, reported: readonly StepFailure[]): Promise<Examined> {
    const { store, definition, timing, attribution, clock, random, lookAgain } = this.#options;
    const { executionId } = execution;
    rememberRequests(execution, attribution);
    const findings = {
      definition,
      timing,
      execution,
      results: await findResults(store, execution),
      now: clock.now(),
      random,
      isSearched: (silence: Silence) => this.#isSearched(execution, silence),
    };
    const byReport = planLook({ ...findings, reported });
    const { repairs, lookAgainAt } = byReport.repairs.length > 0 ? byReport : planLook({ ...findings, reported: [] });
    for (const repair of repairs) this.#withhold(executionId, repair);
    if (repairs.length === 0 && lookAgainAt === undefined) return 'ended';
    lookAgain(executionId, repairs.length > 0 ? clock.now() + WITHHELD_PAUSE_MS : (lookAgainAt ?? 0));
    return 'open';
  }

  #withhold(executionId: string, repair: Repair): void {
    const says = describeRepair(repair, this.#options.clock.now());
    this.#say(executionId, subjectOf(repair), { repair: repair.kind, says });
  }

  #say(executionId: string, subject: string, fields: Readonly<Record<string, unknown>>): void {
    if (!this.#said.add(`${executionId} ${subject}`)) return;
    this.#options.logger.info('repair withheld', { executionId, ...fields });
    this.#options.metrics.count(MONITOR_METRICS.repairsWithheld);
  }

  #isSearched({ executionId, steps }: Execution, { step, attempt, since }: Silence): boolean {
    const { requestId } =
      steps.find(({ name }) => name === step)?.attempts.find((each) => each.attempt === attempt) ?? {};
    return this.#options.evidenceFor({ executionId, step, attempt, since, requestId }) === 'searched';
  }
}

/** What a repair is about: of several signals of one failed attempt the first counts, as it does for who acts. */
function subjectOf(repair: Repair): string {
  switch (repair.kind) {
    case 'record-success':
      return `${repair.result.step} succeeded`;
    case 'claim-attempt':
      return `${repair.step} ${repair.because.attempt} failed`;
    case 'fail-step':
      return `${repair.step} ${repair.failure.attempt} failed`;
    case 'invoke':
      return `${repair.step} ${repair.attempt} invoked`;
    case 'recover':
      return 'recovered';
  }
}

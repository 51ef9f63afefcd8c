import type { Clock } from '../../platform/clock.ts';
import type { RecoveryHandler, RecoveryInput } from '../../recovery/handler.ts';
import { handlersFor } from '../../recovery/handlers-for.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { deadlineAfterMs, type Timing } from '../../workflow/decisions.ts';
import { foldExecution, type Execution } from '../../workflow/execution.ts';
import { UnreadableFactError, type Facts } from '../../workflow/facts.ts';
import { executionPrefix, quarantineKey } from '../../workflow/keys.ts';
import { describeRepair } from '../examination/describe-repair.ts';
import { findResults } from '../sweep/find-results.ts';
import { getReadable } from '../get-readable.ts';
import { planLook, type Plan, type Repair } from '../examination/plan-look.ts';
import { evidenceOf } from './evidence.ts';
import type {
  Condition,
  Evidence,
  Finding,
  HandlerState,
  Inspected,
  MissedDeadline,
  PlannedRepair,
} from './finding.ts';

export interface InspectorOptions {
  readonly store: ExecutionStore;
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  readonly handlers: readonly RecoveryHandler[];
  readonly clock: Clock;
  /** What of the application's data contradicts how an execution ended, in sentences. Absent: nobody asks. */
  readonly contradictions?: (execution: Execution) => Promise<readonly string[]>;
}

/** Objects of an execution without an order, or with one that cannot be read, that are told of. */
const MAX_LISTED = 50;

/**
 * Reads all there is of one execution and says what the monitor would do about it. It reads and writes nothing: the plan is
 * the examiner's own, made from the same facts.
 */
export class Inspector {
  readonly #options: InspectorOptions;

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  /** @throws StorageError when S3 does not answer. */
  async inspect(executionId: string): Promise<Inspected> {
    const { store, definition } = this.#options;
    let facts: Facts | undefined;
    try {
      facts = await store.read(executionId);
    } catch (error) {
      if (!(error instanceof UnreadableFactError)) throw error;
      return { kind: 'half-done', finding: await this.#unreadable(executionId, error.message) };
    }
    if (facts === undefined) return this.#orderless(executionId);
    const { name, version } = facts.order.value.workflow;
    if (name !== definition.name || version !== definition.version) {
      const finding: Finding = {
        ...bare(executionId, 'not-ours', evidenceOf(facts)),
        note: `The monitor of ${definition.name} ${definition.version} does not act on it. One of ${name} ${version} may.`,
      };
      return { kind: 'half-done', finding };
    }
    return this.#ours(facts, foldExecution(definition, facts));
  }

  async #ours(facts: Facts, execution: Execution): Promise<Inspected> {
    const { status, executionId } = execution;
    if (status === 'SUCCEEDED' || status === 'FAILED') {
      const found = (await this.#options.contradictions?.(execution)) ?? [];
      if (found.length === 0) return { kind: 'ended', status, facts: evidenceOf(facts) };
      const finding: Finding = {
        ...bare(executionId, 'contradicting-slots', evidenceOf(facts)),
        status,
        note: `${found.join(' ')} Nothing acts on an execution that has ended: find out who wrote it.`,
      };
      return { kind: 'half-done', finding };
    }
    const plan = await this.#plan(execution);
    const finding: Finding = {
      executionId,
      condition: conditionOf(execution, plan),
      status,
      missed: plan.repairs.flatMap((repair) => this.#missedBy(repair)),
      facts: evidenceOf(facts),
      repairs: await Promise.all(plan.repairs.map((repair) => this.#planned(execution, repair))),
      ...(plan.lookAgainAt !== undefined && { lookAgainAt: plan.lookAgainAt }),
      ...noteOn(execution, plan),
    };
    return { kind: 'half-done', finding };
  }

  async #plan(execution: Execution): Promise<Plan> {
    const { store, definition, timing, clock } = this.#options;
    return planLook({
      definition,
      timing,
      execution,
      results: await findResults(store, execution),
      reported: [],
      now: clock.now(),
      // The middle of what a monitor would draw.
      random: () => 0.5,
      // The log is the monitor's to search: here silence is silence.
      isSearched: () => true,
    });
  }

  #missedBy(repair: Repair): readonly MissedDeadline[] {
    const failure =
      repair.kind === 'claim-attempt' ? repair.because : repair.kind === 'fail-step' ? repair.failure : undefined;
    if (failure?.signal !== 'deadline' || !('evidenceAt' in repair) || repair.evidenceAt === undefined) return [];
    const { step, evidenceAt: since } = repair;
    const { timing } = this.#options;
    return [{ step, attempt: failure.attempt, since, dueAt: since + deadlineAfterMs(step, timing) }];
  }

  async #planned(execution: Execution, repair: Repair): Promise<PlannedRepair> {
    const failure =
      repair.kind === 'recover'
        ? execution.failure
        : repair.kind === 'fail-step'
          ? { ...repair.failure, step: repair.step }
          : undefined;
    const handlers = failure === undefined ? [] : await this.#handlerStates({ execution, failure });
    return { repair, says: describeRepair(repair, this.#options.clock.now()), handlers };
  }

  #handlerStates(input: RecoveryInput): Promise<readonly HandlerState[]> {
    const { definition, handlers } = this.#options;
    const states = handlersFor(definition, input.failure.step, handlers).map(async (own): Promise<HandlerState> => {
      const { name: handler, step } = own;
      try {
        return { handler, step, ...(await own.check(input)) };
      } catch (error) {
        // The application's data may be what is broken; then recovery fails on it too, and this says why.
        return { handler, step, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
      }
    });
    return Promise.all(states);
  }

  async #unreadable(executionId: string, reason: string): Promise<Finding> {
    const { store } = this.#options;
    const [facts, quarantine] = await Promise.all([
      this.#listed(executionId),
      getReadable(store.stateStorage, quarantineKey(executionId)),
    ]);
    const note = `Nobody acts on it: ${reason}. Put the object right, as the runbook says under "Execution quarantined".`;
    if (quarantine !== undefined) {
      const setAside = { at: quarantine.lastModifiedAt, object: quarantine.key, says: 'set aside' };
      return { ...bare(executionId, 'quarantined', [...facts, setAside]), note };
    }
    const repair = { kind: 'quarantine', reason } as const;
    return {
      ...bare(executionId, 'unreadable', facts),
      repairs: [{ repair, says: 'set it aside, so that nobody acts on it', handlers: [] }],
      note,
    };
  }

  async #orderless(executionId: string): Promise<Inspected> {
    const facts = await this.#listed(executionId);
    if (facts.length === 0) return { kind: 'gone' };
    const finding: Finding = {
      ...bare(executionId, 'no-order', facts),
      note: 'Without its order nobody can act on it. Orders expire before facts do; within this range somebody has removed it: put its earlier version back.',
    };
    return { kind: 'half-done', finding };
  }

  async #listed(executionId: string): Promise<readonly Evidence[]> {
    const { objects } = await this.#options.store.stateStorage.listPage(
      executionPrefix(executionId),
      undefined,
      MAX_LISTED,
    );
    return objects.map(({ key, lastModifiedAt }) => ({ at: lastModifiedAt, object: key, says: 'not read' }));
  }
}

function bare(executionId: string, condition: Condition, facts: readonly Evidence[]) {
  return { executionId, condition, missed: [], facts, repairs: [] };
}

function noteOn({ executionId, status }: Execution, { repairs, lookAgainAt }: Plan): Pick<Finding, 'note'> {
  const request = `POST /orders/${executionId}/recovery`;
  if (status === 'HELD') return { note: `Its step's policy holds it. ${request} has it recovered.` };
  if (repairs.length > 0 || lookAgainAt !== undefined) return {};
  return { note: `The monitor has given it up. ${request} has its recovery tried once more.` };
}

function conditionOf({ status, failure }: Execution, plan: Plan): Condition {
  if (status === 'HELD') return 'held';
  if (status === 'RECOVERY_FAILED') return 'recovery-failed';
  if (failure !== undefined) return 'not-recovered';
  return plan.repairs.length > 0 ? 'overdue' : 'in-time';
}

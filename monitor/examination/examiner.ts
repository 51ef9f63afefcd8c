import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { Timing } from '../../workflow/decisions.ts';
import { foldExecution, type Execution } from '../../workflow/execution.ts';
import { UnreadableFactError, type Facts } from '../../workflow/facts.ts';
import { SIGNALS, type Failure, type Signal } from '../../workflow/failure.ts';
import { withWonFact, type WonFact } from '../../workflow/won-fact.ts';
import type { Attribution } from '../attribution/attribution.ts';
import type { SilentAttempt } from '../log/evidence-finder.ts';
import type { StepFailure } from '../queue/execution-queue.ts';
import { findResults, type FoundResult } from '../sweep/find-results.ts';
import type { Invoker } from './invoker.ts';
import { MONITOR_METRICS, SIGNAL_DIMENSION } from '../metric-names.ts';
import { planLook, repairsFor, type LookFindings, type Repair, type Silence } from './plan-look.ts';
import { recordConfirmations } from '../attribution/record-confirmations.ts';
import { rememberRequests } from '../attribution/remember-requests.ts';
import { lastSteps } from '../sweep/suspicion.ts';

export interface ExaminerOptions {
  readonly store: ExecutionStore;
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  readonly recovery: Recovery;
  readonly invoker: Invoker;
  readonly attribution: Attribution;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  /** Asks for another look at a later time. */
  readonly lookAgain: (executionId: string, at: number) => void;
  /** Whether the log has had its say about an attempt that fell silent while nobody read it. Without it, it always has. */
  readonly evidenceFor?: (silent: SilentAttempt) => 'searching' | 'searched';
  /** 0: a function may be invoked now, and that counts. Otherwise the milliseconds to put it off. Absent: always now. */
  readonly invocationPauseMs?: () => number;
}

/** Rounds of one look: claim, invoke, fail, recover, and some to spare. Reaching it means that facts contradict each other. */
const MAX_ROUNDS = 8;
/** A monitor of another version may own an order that we do not know; until it has ended we only look away for a while. */
const FOREIGN_PAUSE_MS = 600_000;
/** What was recovered is remembered until the other signals have told of it as well: at thirty a second, for half a minute. */
const MAX_RECOVERED = 2_000;

/** What one look found: executions that `ended`, or whose order is `gone`, need no further one. */
export type Examined = 'ended' | 'open' | 'gone' | 'not-ours';

/** `changed`: by somebody else as well, perhaps. */
type Made = 'open' | 'ended' | 'changed' | WonFact;

/**
 * Looks at one execution and does what its facts call for. Facts are read afresh for every look, and within one whenever a
 * write was lost; a write that was won is known without. So two monitors, a repetition or a restart anywhere find what was
 * done and do only what is missing.
 */
export class Examiner {
  readonly #options: ExaminerOptions;
  readonly #found = new Map<Signal, number>(SIGNALS.map((signal) => [signal, 0]));
  readonly #recovered = new RecentMap<string, Execution>(MAX_RECOVERED);

  constructor(options: ExaminerOptions) {
    this.#options = options;
  }

  /** Failures that it was first to write down, or, where the function did, to recover. */
  get found(): ReadonlyMap<Signal, number> {
    return this.#found;
  }

  async examine(executionId: string, failures: readonly StepFailure[]): Promise<Examined> {
    const { store, clock, logger, metrics } = this.#options;
    const recovered = failures.length > 0 ? this.#recovered.get(executionId) : undefined;
    if (recovered !== undefined) {
      await recordConfirmations(this.#options, recovered, failures);
      return 'ended';
    }
    let pending = failures;
    let known: Facts | undefined;
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const facts: Facts | undefined = known ?? (await store.read(executionId));
        known = undefined;
        if (facts === undefined) return 'gone';
        const execution = this.#foldOurs(facts);
        if (execution === undefined) {
          this.#options.lookAgain(executionId, clock.now() + FOREIGN_PAUSE_MS);
          return 'not-ours';
        }
        rememberRequests(execution, this.#options.attribution);
        // Also between a claim and its invocation: what has succeeded is not invoked again.
        const results = await findResults(store, execution);
        let settled = await this.#carryOut(this.#findings(execution, results, pending));
        if (results.length > 0) continue;
        const isJudged = pending.length > 0;
        pending = [];
        // Nothing was done about what was reported, so the facts are as they were read.
        if (isJudged && !isNews(settled)) settled = await this.#carryOut(this.#findings(execution, results, []));
        if (isNews(settled)) {
          if (settled !== 'changed')
            known = settled.reduce((facts, won) => withWonFact(facts, won, clock.now()), facts);
          continue;
        }
        await recordConfirmations(this.#options, execution, failures);
        return settled;
      }
    } catch (error) {
      if (!(error instanceof UnreadableFactError)) throw error;
      // One unreadable execution is set aside; it must not stop the others.
      const put = await store.quarantine(executionId, error.message, clock.now());
      if (put.outcome === 'written') {
        logger.error('execution quarantined', { executionId, error });
        metrics.count(MONITOR_METRICS.executionsQuarantined);
      }
      return 'ended';
    }
    throw new Error(`execution ${executionId} changed ${MAX_ROUNDS} times under one look`);
  }

  /** An order of another workflow, or of a version we do not know, is shown and never acted on. */
  #foldOurs(facts: Facts): Execution | undefined {
    const { definition } = this.#options;
    const { name, version } = facts.order.value.workflow;
    return name === definition.name && version === definition.version ? foldExecution(definition, facts) : undefined;
  }

  #findings(execution: Execution, results: readonly FoundResult[], reported: readonly StepFailure[]): LookFindings {
    const { definition, timing, clock, random } = this.#options;
    return {
      definition,
      timing,
      execution,
      results,
      reported,
      now: clock.now(),
      random,
      isSearched: (silence) => this.#isSearched(execution, silence),
    };
  }

  async #carryOut(findings: LookFindings): Promise<Examined | 'changed' | readonly WonFact[]> {
    const { repairs, lookAgainAt } = planLook(findings);
    const { execution } = findings;
    if (lookAgainAt !== undefined) this.#options.lookAgain(execution.executionId, lookAgainAt);
    const made: Made[] = [];
    for (const repair of repairs) made.push(await this.#make(execution, repair));
    if (made.includes('ended')) return 'ended';
    if (made.includes('changed')) return 'changed';
    const won = made.filter((each) => typeof each === 'object');
    if (won.length > 0) return won;
    return repairs.length > 0 || lookAgainAt !== undefined ? 'open' : 'ended';
  }

  async #make(execution: Execution, repair: Repair): Promise<Made> {
    const { recovery, clock, lookAgain } = this.#options;
    const { executionId } = execution;
    switch (repair.kind) {
      case 'record-success':
        await this.#recordSuccess(executionId, repair.result);
        return 'changed';
      case 'claim-attempt':
        return this.#claim(executionId, repair);
      case 'invoke': {
        const pauseMs = this.#options.invocationPauseMs?.() ?? 0;
        if (pauseMs > 0) {
          lookAgain(executionId, clock.now() + pauseMs);
          return 'open';
        }
        return this.#invoke(execution, repair.step, repair.attempt);
      }
      case 'fail-step': {
        const { step, failure, evidenceAt } = repair;
        const failed = await recovery.failStep(executionId, step, failure);
        if (failed.outcome !== 'failed') return 'changed';
        this.#noteDetection(failure, evidenceAt);
        // What runs beside it may have failed meanwhile and be held for a person, and then nothing may be undone.
        const isAlone = !execution.steps.some(({ name, status }) => name !== step && status === 'RUNNING');
        return isAlone ? { kind: 'step-record', value: failed.record } : 'changed';
      }
      case 'recover':
        if ((await recovery.recover(execution)) === 'attempt-failed') {
          lookAgain(executionId, clock.now() + 1000);
          return 'open';
        }
        if (execution.failure?.signal === 'function') this.#countFound('function');
        // The fact that ends it stands: to read it back would cost a listing and tell nothing.
        this.#recovered.set(executionId, execution);
        return 'ended';
    }
  }

  async #recordSuccess(executionId: string, { step, attempt, place, etag, leftAt }: FoundResult): Promise<void> {
    const { store, definition, logger, metrics } = this.#options;
    const put = await store.putStepRecord({
      executionId,
      step,
      attempt,
      status: 'SUCCEEDED',
      endedAt: leftAt,
      writtenBy: 'monitor',
      output: { ...place, etag },
    });
    if (put.outcome !== 'written') return;
    logger.info('step succeeded by its result', { executionId, step, key: place.key });
    // A function that logs no end line is counted nowhere else.
    if (step === lastSteps(definition)[0]) metrics.count(MONITOR_METRICS.executionsSucceeded);
  }

  async #claim(
    executionId: string,
    { step, attempt, invokeAt, because, evidenceAt }: Extract<Repair, { readonly kind: 'claim-attempt' }>,
  ): Promise<Made> {
    const { store, logger, metrics } = this.#options;
    const claim = { executionId, step, attempt, invokeAt, because };
    if ((await store.claimAttempt(claim)).outcome !== 'written') return 'changed';
    const { kind, error, signal } = because;
    logger.info('attempt claimed', { executionId, step, attempt, because: kind, error, signal });
    metrics.count(MONITOR_METRICS.attemptsClaimed);
    this.#noteDetection(because, evidenceAt);
    return { kind: 'attempt-claim', value: claim };
  }

  /** Where the write was won: lines of one failure come more than once, and again after a restart. */
  #noteDetection({ detectedAt, signal }: Failure, evidenceAt: number | undefined): void {
    this.#countFound(signal);
    if (evidenceAt === undefined) return;
    this.#options.metrics.duration(MONITOR_METRICS.detectionLatency, detectedAt - evidenceAt, {
      name: SIGNAL_DIMENSION,
      value: signal,
    });
  }

  #countFound(signal: Signal): void {
    this.#found.set(signal, (this.#found.get(signal) ?? 0) + 1);
  }

  #isSearched({ executionId, steps }: Execution, { step, attempt, since }: Silence): boolean {
    const { requestId } =
      steps.find(({ name }) => name === step)?.attempts.find((each) => each.attempt === attempt) ?? {};
    return this.#options.evidenceFor?.({ executionId, step, attempt, since, requestId }) !== 'searching';
  }

  /** Without the note of it the next look invokes once more: the step record has one winner anyway. */
  async #invoke(execution: Execution, step: string, attempt: number): Promise<Made> {
    const { store, invoker, attribution, clock, logger } = this.#options;
    const { executionId } = execution;
    const invocation = await invoker.invoke(execution, step, attempt);
    if ('failure' in invocation) {
      logger.warn('function could not be invoked', { executionId, step, attempt, error: invocation.failure.error });
      const findings = this.#findings(execution, [], []);
      for (const repair of repairsFor({ step, failure: invocation.failure }, findings))
        await this.#make(execution, repair);
      return 'changed';
    }
    const { requestId } = invocation;
    attribution.learnFromInvocation(requestId, { executionId, step, attempt });
    const invoked = { executionId, step, attempt, requestId, invokedAt: clock.now() };
    const put = await store.noteInvoked(invoked);
    logger.info('attempt invoked', { executionId, step, attempt, requestId });
    return put.outcome === 'written' ? { kind: 'attempt-invoked', value: invoked } : 'changed';
  }
}

/** Whether the facts are others now than those that the look went by. */
function isNews(settled: Examined | 'changed' | readonly WonFact[]): settled is 'changed' | readonly WonFact[] {
  return settled === 'changed' || typeof settled === 'object';
}

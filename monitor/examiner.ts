import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Recovery } from '../recovery/recovery.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { judgeFailure, nextActions, type Action, type Timing } from '../workflow/decisions.ts';
import { foldExecution, type Execution } from '../workflow/execution.ts';
import { UnreadableFactError, type Facts } from '../workflow/facts.ts';
import type { Failure } from '../workflow/failure.ts';
import { acceptResults } from './accept-results.ts';
import type { Attribution } from './attribution.ts';
import type { SilentAttempt } from './evidence-finder.ts';
import type { StepFailure } from './execution-queue.ts';
import type { Invoker } from './invoker.ts';
import { MONITOR_METRICS, SIGNAL_DIMENSION } from './metric-names.ts';
import { recordConfirmations } from './record-confirmations.ts';

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
}

/** Rounds of one look: claim, invoke, fail, recover, and some to spare. Reaching it means that facts contradict each other. */
const MAX_ROUNDS = 8;
/** A monitor of another version may own an order that we do not know; until it has ended we only look away for a while. */
const FOREIGN_PAUSE_MS = 600_000;

/** How soon an execution is looked at again whose reason is being searched for in the log. */
const SEARCH_PAUSE_MS = 5_000;

type Silence = Extract<Action, { readonly kind: 'give-up-waiting' }>;

/** What one look found: executions that `ended`, or whose order is `gone`, need no further one. */
export type Examined = 'ended' | 'open' | 'gone' | 'not-ours';

/**
 * Looks at one execution and does what its facts call for. Facts are read afresh before every step of it, so that two
 * monitors, a repetition or a restart anywhere find what was done and do only what is missing.
 */
export class Examiner {
  readonly #options: ExaminerOptions;

  constructor(options: ExaminerOptions) {
    this.#options = options;
  }

  async examine(executionId: string, failures: readonly StepFailure[]): Promise<Examined> {
    const { store, clock, logger, metrics } = this.#options;
    let pending = failures;
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const facts = await store.read(executionId);
        if (facts === undefined) return 'gone';
        const execution = this.#foldOurs(facts);
        if (execution === undefined) {
          this.#options.lookAgain(executionId, clock.now() + FOREIGN_PAUSE_MS);
          return 'not-ours';
        }
        this.#rememberRequests(execution);
        // Also between a claim and its invocation: what has succeeded is not invoked again.
        if (await acceptResults(this.#options, execution)) continue;
        const settled = pending.length > 0 ? await this.#judge(execution, pending) : await this.#actOn(execution);
        pending = [];
        if (settled === 'changed') continue;
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

  #rememberRequests(execution: Execution): void {
    for (const step of execution.steps) {
      for (const { attempt, requestId, invokedAt } of step.attempts) {
        if (requestId === undefined || invokedAt === undefined) continue;
        this.#options.attribution.learnFromInvocation(requestId, {
          executionId: execution.executionId,
          step: step.name,
          attempt,
        });
      }
    }
  }

  async #judge(execution: Execution, failures: readonly StepFailure[]): Promise<'changed'> {
    for (const failure of failures) await this.#judgeOne(execution, failure);
    return 'changed';
  }

  async #judgeOne(execution: Execution, { step, failure, evidenceAt }: StepFailure): Promise<void> {
    const { definition, recovery, store, clock, logger, metrics, random } = this.#options;
    const { executionId } = execution;
    const verdict = judgeFailure(definition, execution, step, failure, clock.now(), random());
    switch (verdict.kind) {
      case 'stale':
        return;
      case 'retry': {
        const { attempt, invokeAt } = verdict;
        const claim = await store.claimAttempt({ executionId, step, attempt, invokeAt, because: failure });
        if (claim.outcome === 'written') {
          logger.info('attempt claimed', {
            executionId,
            step,
            attempt,
            because: failure.kind,
            error: failure.error,
            signal: failure.signal,
          });
          metrics.count(MONITOR_METRICS.attemptsClaimed);
          this.#noteDetection(failure, evidenceAt);
        }
        return;
      }
      case 'fail':
        if ((await recovery.failStep(executionId, step, failure)) === 'failed')
          this.#noteDetection(failure, evidenceAt);
        return;
    }
  }

  /** Where the write was won: lines of one failure come more than once, and again after a restart. */
  #noteDetection({ detectedAt, signal }: Failure, evidenceAt: number | undefined): void {
    if (evidenceAt === undefined) return;
    this.#options.metrics.duration(MONITOR_METRICS.detectionLatency, detectedAt - evidenceAt, {
      name: SIGNAL_DIMENSION,
      value: signal,
    });
  }

  async #actOn(execution: Execution): Promise<Examined | 'changed'> {
    const { timing, clock } = this.#options;
    let result: Examined | 'changed' = 'ended';
    for (const action of nextActions(execution, timing, clock.now())) {
      const done = await this.#do(execution, action);
      if (done === 'changed') result = 'changed';
      else if (result === 'ended') result = done;
    }
    return result;
  }

  async #do(execution: Execution, action: Action): Promise<'open' | 'changed'> {
    const { recovery, clock, lookAgain } = this.#options;
    const { executionId } = execution;
    switch (action.kind) {
      case 'look-again':
        lookAgain(executionId, action.at);
        return 'open';
      case 'invoke':
        await this.#invoke(execution, action.step, action.attempt);
        return 'changed';
      case 'give-up-waiting': {
        if (!this.#isSearched(execution, action)) {
          lookAgain(executionId, clock.now() + SEARCH_PAUSE_MS);
          return 'open';
        }
        const waitedMs = clock.now() - action.since;
        const failure: Failure = {
          kind: 'NO_EVIDENCE',
          error: 'NoEvidence',
          message: `nothing says how attempt ${action.attempt} ended, ${Math.round(waitedMs / 1000)} s after it was triggered`,
          signal: 'deadline',
          attempt: action.attempt,
          detectedAt: clock.now(),
        };
        await this.#judgeOne(execution, { step: action.step, failure, evidenceAt: action.since });
        return 'changed';
      }
      case 'recover':
        if ((await recovery.recover(execution)) === 'attempt-failed') {
          lookAgain(executionId, clock.now() + 1000);
          return 'open';
        }
        return 'changed';
    }
  }

  #isSearched({ executionId, steps }: Execution, { step, attempt, since }: Silence): boolean {
    const { requestId } =
      steps.find(({ name }) => name === step)?.attempts.find((each) => each.attempt === attempt) ?? {};
    return this.#options.evidenceFor?.({ executionId, step, attempt, since, requestId }) !== 'searching';
  }

  /** Without the note of it the next look invokes once more: the step record has one winner anyway. */
  async #invoke(execution: Execution, step: string, attempt: number): Promise<void> {
    const { store, invoker, attribution, clock, logger } = this.#options;
    const { executionId } = execution;
    const invocation = await invoker.invoke(execution, step, attempt);
    if ('failure' in invocation) {
      logger.warn('function could not be invoked', { executionId, step, attempt, error: invocation.failure.error });
      await this.#judgeOne(execution, { step, failure: invocation.failure });
      return;
    }
    const { requestId } = invocation;
    attribution.learnFromInvocation(requestId, { executionId, step, attempt });
    await store.noteInvoked({ executionId, step, attempt, requestId, invokedAt: clock.now() });
    logger.info('attempt invoked', { executionId, step, attempt, requestId });
  }
}

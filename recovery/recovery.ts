import type { Clock } from '../platform/clock.ts';
import { retry } from '../platform/backoff.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import { stepNamed, type WorkflowDefinition } from '../workflow/definition.ts';
import { MAX_RECOVERY_ATTEMPTS, type Execution } from '../workflow/execution.ts';
import { UnreadableFactError } from '../workflow/facts.ts';
import { clip, isRejection, MAX_ERROR_MESSAGE, MAX_ERROR_NAME, type Failure } from '../workflow/failure.ts';
import { isHeldFor } from '../workflow/policies.ts';
import { stepRecordSchema, type RecoveryAction, type StepRecord } from '../workflow/records.ts';
import type { RecoveryHandler, RecoveryInput } from './handler.ts';
import { handlersFor } from './handlers-for.ts';
import { FAILURE_KIND_DIMENSION, RECOVERY_METRICS } from './metric-names.ts';

export interface RecoveryOptions {
  readonly store: ExecutionStore;
  readonly definition: WorkflowDefinition;
  readonly handlers: readonly RecoveryHandler[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/** The step is FAILED, by us or by somebody before us. Late success: it SUCCEEDED meanwhile, there was no failure. */
export type FailStep =
  | { readonly outcome: 'failed'; readonly record: StepRecord }
  | { readonly outcome: 'already-failed' }
  | { readonly outcome: 'late-success' };

export type RecoveryResult = 'recovered' | 'attempt-failed';

/** Tries of one handler within one try of recovery. */
const HANDLER_ATTEMPTS = 3;

/**
 * Brings a failed execution's state back:
 *
 *     suspicion ── failStep: win the step record ──▶ FAILED ── recover: handlers, last step first,
 *         │                                           │         each read back ──▶ recovery.json
 *         │                                           │            └── a handler failed ──▶ recovery-attempt-n.json
 *         │                                           └── the policy holds it: HELD until recovery-request-1.json
 *         └── the record says SUCCEEDED ──▶ nothing to do
 *
 * Nothing is undone before the FAILED record stands. Any number of monitors may do this at once and die anywhere:
 * every write is put-if-absent, every handler closes a slot that stays closed, and what is missing is done again.
 */
export class Recovery {
  readonly #options: RecoveryOptions;

  /** @throws RangeError when a handler undoes a step that the workflow has not: it would never run. */
  constructor(options: RecoveryOptions) {
    for (const handler of options.handlers) stepNamed(options.definition, handler.step);
    this.#options = options;
  }

  /**
   * Fences the step: once its record says FAILED, no invocation of it can succeed any more.
   * @throws UnreadableFactError when something else lies where its record belongs.
   */
  async failStep(executionId: string, step: string, failure: Failure): Promise<FailStep> {
    const { store, definition, clock, logger, metrics } = this.#options;
    const isHeld = isHeldFor(failure.kind, stepNamed(definition, step));
    const record: StepRecord = {
      executionId,
      step,
      attempt: failure.attempt,
      status: 'FAILED',
      endedAt: clock.now(),
      ...(failure.requestId !== undefined && { requestId: failure.requestId }),
      writtenBy: 'recovery',
      failure,
      ...(isHeld && { isHeld }),
    };
    const put = await store.putStepRecord(record);
    if (put.outcome === 'written') {
      logger.info('step failed', {
        executionId,
        step,
        attempt: failure.attempt,
        kind: failure.kind,
        error: failure.error,
        signal: failure.signal,
        ...(isHeld && { isHeld }),
      });
      if (isHeld) metrics.count(RECOVERY_METRICS.executionsHeld);
      if (!isRejection(failure.kind)) metrics.count(RECOVERY_METRICS.faults, 1, ofKind(failure));
      return { outcome: 'failed', record };
    }
    const existing = stepRecordSchema.safeParse(put.existing.body);
    if (!existing.success) throw new UnreadableFactError(executionId, `its step-record of ${step} cannot be read`);
    return { outcome: existing.data.status === 'FAILED' ? 'already-failed' : 'late-success' };
  }

  /** Runs the handlers of an execution whose failure is recorded, and writes down what was undone or what went wrong. */
  async recover(execution: Execution): Promise<RecoveryResult> {
    const { store, definition, handlers, clock, logger, metrics } = this.#options;
    const { executionId, failure } = execution;
    if (failure === undefined)
      throw new Error(`execution ${executionId} has no recorded failure, so there is nothing to recover`);
    const indexing = this.#index(executionId, failure);
    const actions: RecoveryAction[] = [];
    for (const handler of handlersFor(definition, failure.step, handlers)) {
      try {
        actions.push(await this.#run(handler, { execution, failure }));
      } catch (error) {
        await Promise.all([indexing, this.#noteFailure(execution, handler, error)]);
        return 'attempt-failed';
      }
    }
    const unindexed = await indexing;
    if (unindexed !== undefined) throw unindexed.error;
    const recoveredAt = clock.now();
    const put = await store.putRecovery({ executionId, failedStep: failure.step, recoveredAt, actions });
    if (put.outcome === 'written') {
      logger.info('execution recovered', { executionId, step: failure.step, kind: failure.kind });
      metrics.count(RECOVERY_METRICS.executionsFailed, 1, ofKind(failure));
      metrics.duration(RECOVERY_METRICS.recoveryLatency, recoveredAt - failure.detectedAt);
    }
    return 'recovered';
  }

  /**
   * For incidents, so not for rejections. Beside the handlers, which do not wait for it: what goes wrong with it keeps nothing
   * from being undone, and the recovery from being done. Every recovered fault is in the index, whatever died.
   */
  async #index(
    executionId: string,
    failure: Failure & { readonly step: string },
  ): Promise<{ readonly error: unknown } | undefined> {
    if (isRejection(failure.kind)) return undefined;
    try {
      await this.#options.store.indexFailure(executionId, failure.step, failure);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  async #run(handler: RecoveryHandler, input: RecoveryInput): Promise<RecoveryAction> {
    const { clock, random } = this.#options;
    const attempt = async () => {
      const before = await handler.undo(input);
      const { isUndone, state } = await handler.check(input);
      if (!isUndone)
        throw new Error(`${handler.name} was done, and the state read back is not undone: ${JSON.stringify(state)}`);
      const action = { handler: handler.name, step: handler.step, before, after: state };
      // What cannot be written down is the handler's failure: it counts, and ends as RECOVERY_FAILED.
      JSON.stringify(action);
      return action;
    };
    return retry(attempt, {
      attempts: HANDLER_ATTEMPTS,
      baseMs: 50,
      maxMs: 1000,
      isRetryable: () => true,
      clock,
      random,
    });
  }

  async #noteFailure(execution: Execution, handler: RecoveryHandler, error: unknown): Promise<void> {
    const { store, clock, logger, metrics } = this.#options;
    const { executionId } = execution;
    const attempt = (execution.recovery?.failures.at(-1)?.attempt ?? 0) + 1;
    const newest = execution.recovery?.requests.at(-1);
    logger.error('recovery handler failed', { executionId, handler: handler.name, attempt, error });
    const put = await store.putRecoveryAttempt({
      executionId,
      attempt,
      handler: handler.name,
      error: clip(error instanceof Error ? error.name : typeof error, MAX_ERROR_NAME),
      message: clip(error instanceof Error ? error.message : String(error), MAX_ERROR_MESSAGE),
      failedAt: clock.now(),
      ...(newest && { answersRequest: newest.request }),
    });
    if (put.outcome === 'already-written') return;
    metrics.count(RECOVERY_METRICS.recoveryAttemptsFailed);
    // Also when it was asked for once more, in vain: whoever asked goes away believing that it is done.
    if (attempt >= MAX_RECOVERY_ATTEMPTS && execution.status !== 'RECOVERY_FAILED')
      metrics.count(RECOVERY_METRICS.recoveriesGivenUp);
  }
}

function ofKind({ kind }: Failure) {
  return { name: FAILURE_KIND_DIMENSION, value: kind };
}

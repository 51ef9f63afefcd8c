import type { Logger } from '../../platform/logger.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import { isConfirmation } from '../../workflow/decisions.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { StepFailure } from '../queue/execution-queue.ts';

export interface RecordConfirmationsOptions {
  readonly store: Pick<ExecutionStore, 'putConfirmation'>;
  readonly logger: Logger;
}

/**
 * Writes down which other signals reported a failure that is known, once for each signal and attempt. `execution` is
 * folded after the reports were judged, so that the one that was first is no confirmation of itself.
 *
 * Evidence only: what goes wrong here is logged and given up.
 */
export async function recordConfirmations(
  { store, logger }: RecordConfirmationsOptions,
  execution: Execution,
  reported: readonly StepFailure[],
): Promise<void> {
  const { executionId } = execution;
  for (const { step, failure } of reported) {
    if (!isConfirmation(execution, step, failure)) continue;
    const { attempt, signal, kind } = failure;
    try {
      const put = await store.putConfirmation({ executionId, step, ...failure });
      if (put.outcome === 'written')
        logger.info('failure confirmed', { executionId, step, attempt, signal, because: kind });
    } catch (error) {
      // Nothing depends on it, and the records that say what happened are written.
      logger.warn('confirmation not recorded', { executionId, step, attempt, signal, error });
    }
  }
}

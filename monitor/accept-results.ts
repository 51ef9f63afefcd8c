import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { Execution } from '../workflow/execution.ts';
import { MONITOR_METRICS } from './metric-names.ts';
import { lastSteps } from './suspicion.ts';

export interface AcceptResultsOptions {
  readonly store: Pick<ExecutionStore, 'appStore' | 'stateStorage' | 'putStepRecord'>;
  readonly definition: WorkflowDefinition;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Looks for the results of running steps whose functions write no record, and writes the SUCCEEDED record on behalf of
 * those that left one. Called before anything is held against the execution, so that late success beats suspicion; a
 * result that comes after a FAILED record was won is what a function that was given up left behind.
 *
 * One HEAD for each such step. True when there was a result: the facts have changed.
 *
 * @throws StorageError when S3 does not say whether there is one: then nothing can be held against it either.
 */
export async function acceptResults(
  { store, definition, logger, metrics }: AcceptResultsOptions,
  { executionId, steps }: Execution,
): Promise<boolean> {
  const found = steps.map(async ({ name: step, status, result, attempts }) => {
    if (status !== 'RUNNING' || result === undefined) return false;
    const object = await store[result.store].head(result.key);
    if (object === undefined) return false;
    const put = await store.putStepRecord({
      executionId,
      step,
      // Which attempt it was that left it, nobody can know: the one under way stands for all.
      attempt: attempts.at(-1)?.attempt ?? 1,
      status: 'SUCCEEDED',
      endedAt: object.lastModifiedAt,
      writtenBy: 'monitor',
      output: { ...result, etag: object.etag },
    });
    if (put.outcome === 'written') {
      logger.info('step succeeded by its result', { executionId, step, key: result.key });
      // A function that logs no end line is counted nowhere else.
      if (step === lastSteps(definition)[0]) metrics.count(MONITOR_METRICS.executionsSucceeded);
    }
    return true;
  });
  return (await Promise.all(found)).includes(true);
}

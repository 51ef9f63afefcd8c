import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { getReadable } from '../get-readable.ts';
import { recoveryKey, stepRecordKey } from '../../workflow/keys.ts';
import { stepRecordSchema } from '../../workflow/records.ts';
import { lastSteps } from './suspicion.ts';

export interface ExecutionEnd {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** S3's LastModified of the fact that ended it. */
  readonly endedAt: number;
}

type Store = Pick<ExecutionStore, 'stateStorage'>;

/** How an execution ended, with as few reads as possible: one for a success, two for a failure. `undefined` while it runs. */
export async function readExecutionEnd(
  store: Store,
  definition: WorkflowDefinition,
  executionId: string,
): Promise<ExecutionEnd | undefined> {
  const success = await readSuccess(store, definition, executionId);
  if (success !== undefined) return success;
  const recovery = await getReadable(store.stateStorage, recoveryKey(executionId));
  return recovery && { status: 'FAILED', endedAt: recovery.lastModifiedAt };
}

/** `undefined` for everything but a success: the records of the last steps tell of no more. */
export async function readSuccess(
  store: Store,
  definition: WorkflowDefinition,
  executionId: string,
): Promise<ExecutionEnd | undefined> {
  const records = await Promise.all(
    lastSteps(definition).map((step) => getReadable(store.stateStorage, stepRecordKey(executionId, step))),
  );
  const hasSucceeded = records.every((record) => stepRecordSchema.safeParse(record?.body).data?.status === 'SUCCEEDED');
  if (!hasSucceeded) return undefined;
  return { status: 'SUCCEEDED', endedAt: Math.max(...records.map((record) => record?.lastModifiedAt ?? 0)) };
}

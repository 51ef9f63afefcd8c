import type { Clock } from '../platform/clock.ts';
import { UnreadableObjectError } from '../storage/errors.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { Execution } from '../workflow/execution.ts';
import { UnreadableFactError } from '../workflow/facts.ts';
import { redriveRecordSchema, type OrderRecord, type RedriveRecord } from '../workflow/records.ts';
import { readOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';
import { ACTIONABLE_AGE_MS } from './retention.ts';

export interface RedriveCollaborators extends ReadOrderCollaborators {
  readonly executions: Pick<ExecutionStore, 'read' | 'putRedrive' | 'putOrder'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Gives a new UUIDv7, lower-case. */
  readonly newExecutionId: () => string;
}

export type Redrive =
  | { readonly outcome: 'redriven'; readonly order: OrderRecord; readonly isReplay: boolean }
  | { readonly outcome: 'no-such-order' }
  | { readonly outcome: 'not-redrivable'; readonly status: string; readonly reason: string };

/**
 * Repeats a failed order with the input and the price that it had, once its recovery is done. The claim names the new
 * execution before its order is written: whoever repeats the request, after a crash as well, writes the same order.
 *
 * @throws StorageError when S3 refuses or cannot be reached; the request can be repeated safely.
 */
export async function redrive(collaborators: RedriveCollaborators, executionId: string): Promise<Redrive> {
  const view = await readOrder(collaborators, executionId);
  if (view === undefined) return { outcome: 'no-such-order' };
  const { repeatable, status, reason } = judge(view, collaborators.clock.now());
  if (repeatable === undefined) return { outcome: 'not-redrivable', status, reason };
  return redriveExecution(collaborators, repeatable);
}

interface Judgement {
  readonly repeatable?: Execution;
  readonly status: string;
  readonly reason: string;
}

function judge(view: OrderView, now: number): Judgement {
  if (view.kind === 'quarantined') return { status: 'QUARANTINED', reason: 'it cannot be read' };
  if (view.kind === 'unknown-version') {
    return { status: 'UNKNOWN_VERSION', reason: 'its workflow is not known here' };
  }
  const { execution } = view;
  const { status } = execution;
  switch (status) {
    case 'RUNNING':
      return { status, reason: 'it is still running' };
    case 'SUCCEEDED':
      return { status, reason: 'it succeeded' };
    case 'HELD':
      return { status, reason: 'its recovery waits for a person: POST …/recovery begins it' };
    case 'RECOVERING':
      return { status, reason: 'its failure is still being recovered from' };
    case 'RECOVERY_FAILED':
      return { status, reason: 'its recovery has not succeeded yet, and it may still hold what a repetition needs' };
    case 'FAILED':
      // Its own repetition outlives it by this margin at least, so no repetition is ever lost to expiry and taken again.
      if (now - execution.submittedAt > ACTIONABLE_AGE_MS) return { status, reason: 'it has expired or is about to' };
      return { status, reason: '', repeatable: execution };
  }
}

async function redriveExecution(collaborators: RedriveCollaborators, execution: Execution): Promise<Redrive> {
  const claimed = await claimRedrive(collaborators, execution.executionId);
  if (claimed === undefined) {
    return { outcome: 'not-redrivable', status: 'QUARANTINED', reason: 'the record of its repetition cannot be read' };
  }
  const { record, isReplay } = claimed;
  const order: OrderRecord = {
    executionId: record.newExecutionId,
    workflow: execution.workflow,
    submittedAt: record.redrivenAt,
    input: execution.input,
    redriveOf: execution.executionId,
  };
  await collaborators.executions.putOrder(order);
  return { outcome: 'redriven', order, isReplay };
}

/** The claim that won, which is this one if nobody was earlier; `undefined` when it cannot be read. */
async function claimRedrive(
  { executions, clock, newExecutionId }: RedriveCollaborators,
  executionId: string,
): Promise<{ readonly record: RedriveRecord; readonly isReplay: boolean } | undefined> {
  const own: RedriveRecord = { executionId, newExecutionId: newExecutionId(), redrivenAt: clock.now() };
  try {
    const put = await executions.putRedrive(own);
    if (put.outcome === 'written') return { record: own, isReplay: false };
    const existing = redriveRecordSchema.safeParse(put.existing.body);
    return existing.success ? { record: existing.data, isReplay: true } : undefined;
  } catch (error) {
    if (error instanceof UnreadableFactError && error.cause instanceof UnreadableObjectError) return undefined;
    throw error;
  }
}

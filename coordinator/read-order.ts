import type { ExecutionStore } from '../storage/execution-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { foldExecution, type Execution } from '../workflow/execution.ts';
import { UnreadableFactError, type Facts } from '../workflow/facts.ts';
import type { OrderRecord } from '../workflow/records.ts';

/** An order as it can be shown: every order that exists can. */
export type OrderView =
  | { readonly kind: 'execution'; readonly execution: Execution }
  /** Nobody here knows the workflow that it belongs to: it is shown and never acted on. */
  | { readonly kind: 'unknown-version'; readonly order: OrderRecord }
  | { readonly kind: 'quarantined'; readonly executionId: string; readonly reason: string };

export interface ReadOrderCollaborators {
  readonly executions: Pick<ExecutionStore, 'read'>;
  readonly workflow: WorkflowDefinition;
}

/**
 * `undefined` when there is no such order.
 * @throws StorageError when S3 refuses or cannot be reached.
 */
export async function readOrder(
  { executions, workflow }: ReadOrderCollaborators,
  executionId: string,
): Promise<OrderView | undefined> {
  try {
    const facts = await executions.read(executionId);
    if (facts === undefined) return undefined;
    const order = facts.order.value;
    if (!isOf(workflow, order)) return { kind: 'unknown-version', order };
    return { kind: 'execution', execution: foldExecution(workflow, facts) };
  } catch (error) {
    if (error instanceof UnreadableFactError) return { kind: 'quarantined', executionId, reason: error.message };
    throw error;
  }
}

/** An order that was just taken, with nothing known but itself. */
export function viewOfNewOrder(workflow: WorkflowDefinition, order: OrderRecord): OrderView {
  const { executionId, submittedAt } = order;
  const facts: Facts = {
    executionId,
    order: { value: order, at: submittedAt },
    steps: new Map(),
    recoveryAttempts: [],
    recoveryRequests: [],
  };
  return { kind: 'execution', execution: foldExecution(workflow, facts) };
}

/** Whether nothing more will happen to it by itself. RECOVERY_FAILED counts: what comes next waits for a person. */
export function isSettled(view: OrderView): boolean {
  if (view.kind !== 'execution') return true;
  return view.execution.status !== 'RUNNING' && view.execution.status !== 'RECOVERING';
}

function isOf(workflow: WorkflowDefinition, order: OrderRecord): boolean {
  return order.workflow.name === workflow.name && order.workflow.version === workflow.version;
}

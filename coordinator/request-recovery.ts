import type { Clock } from '../platform/clock.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { RecoveryState } from '../workflow/execution.ts';
import { MAX_RECOVERY_REQUESTS } from '../workflow/fact-limit.ts';
import { readOrder, type OrderView, type ReadOrderCollaborators } from './read-order.ts';
import { ACTIONABLE_AGE_MS } from './retention.ts';

export interface RequestRecoveryCollaborators extends ReadOrderCollaborators {
  readonly executions: Pick<ExecutionStore, 'read' | 'putRecoveryRequest' | 'ring'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Gives a new UUIDv7, lower-case. */
  readonly newExecutionId: () => string;
}

export type RecoveryRequested =
  | { readonly outcome: 'requested'; readonly view: OrderView; readonly isReplay: boolean }
  | { readonly outcome: 'no-such-order' }
  | Refusal;

interface Refusal {
  readonly outcome: 'not-recoverable';
  readonly status: string;
  readonly reason: string;
}

/** How often other requests may be made and tried under this one. */
const MAX_ROUNDS = 5;

/**
 * Asks for the recovery of a failed order to be tried now; for that of one that is held, to begin. As long as no try has
 * answered a request, whoever repeats it makes no other one.
 *
 * The fact comes first and the doorbell after it. If this ends in between, the monitors find the fact when they next look
 * at the execution, and whoever repeats the request rings again.
 *
 * @throws StorageError when S3 refuses or cannot be reached; the request can be repeated safely.
 */
export async function requestRecovery(
  collaborators: RequestRecoveryCollaborators,
  executionId: string,
): Promise<RecoveryRequested> {
  const { executions, clock, newExecutionId } = collaborators;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const view = await readOrder(collaborators, executionId);
    if (view === undefined) return { outcome: 'no-such-order' };
    const judged = judge(view, clock.now());
    if ('reason' in judged) return judged;
    if (judged.isRequested) {
      await executions.ring(executionId, newExecutionId());
      return { outcome: 'requested', view, isReplay: true };
    }
    const request = { executionId, request: judged.nextRequest, requestedAt: clock.now() };
    const put = await executions.putRecoveryRequest(request);
    // Somebody else's with the same number may have been tried by now, so it is looked at again.
    if (put.outcome === 'already-written') continue;
    await executions.ring(executionId, newExecutionId());
    return { outcome: 'requested', view: (await readOrder(collaborators, executionId)) ?? view, isReplay: false };
  }
  throw new Error(`recovery of ${executionId} was asked for and tried ${MAX_ROUNDS} times while it was asked for once`);
}

function judge(view: OrderView, now: number): RecoveryState | Refusal {
  const refusal = (status: string, reason: string): Refusal => ({ outcome: 'not-recoverable', status, reason });
  if (view.kind === 'quarantined') return refusal('QUARANTINED', 'it cannot be read');
  if (view.kind === 'unknown-version') return refusal('UNKNOWN_VERSION', 'its workflow is not known here');
  const { status, recovery, submittedAt } = view.execution;
  if (recovery === undefined) {
    return refusal(
      status,
      status === 'SUCCEEDED' ? 'it succeeded' : 'it is still running, and nothing of it has failed',
    );
  }
  if (status === 'FAILED') return refusal(status, 'its recovery is done');
  // The monitors leave it alone by then: its facts may expire under their hands.
  if (now - submittedAt > ACTIONABLE_AGE_MS) return refusal(status, 'it has expired or is about to');
  if (!recovery.isRequested && recovery.nextRequest > MAX_RECOVERY_REQUESTS) {
    return refusal(status, `it was asked for ${MAX_RECOVERY_REQUESTS} times, which is as often as it can be`);
  }
  return recovery;
}

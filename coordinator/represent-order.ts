import { instantOf } from '../workflow/execution-id.ts';
import type { AttemptState, Execution, RecoveryState, StepState } from '../workflow/execution.ts';
import type { Failure } from '../workflow/failure.ts';
import { isoInstant } from './instant.ts';
import type { OrderView } from './read-order.ts';
import type { FailureRepresentation, OrderRepresentation, StepRepresentation } from './schemas/order.ts';

/** An order as the API shows it. All instants are ISO 8601. */
export function representOrder(view: OrderView): OrderRepresentation {
  switch (view.kind) {
    case 'execution':
      return representExecution(view.execution);
    case 'unknown-version': {
      const { executionId, workflow, submittedAt, input, redriveOf } = view.order;
      return {
        orderId: executionId,
        status: 'UNKNOWN_VERSION',
        reason: `This coordinator does not know version ${workflow.version} of the workflow ${workflow.name}.`,
        workflow,
        submittedAt: isoInstant(submittedAt),
        input,
        steps: [],
        ...(redriveOf !== undefined && { redriveOf }),
      };
    }
    case 'quarantined': {
      const { executionId, reason } = view;
      const submittedAt = isoInstant(instantOf(executionId));
      return { orderId: executionId, status: 'QUARANTINED', reason, submittedAt, steps: [] };
    }
  }
}

function representExecution(execution: Execution): OrderRepresentation {
  const { executionId, status, workflow, submittedAt, endedAt, input, steps, failure, recovery } = execution;
  const { redriveOf, redrivenAs } = execution;
  return {
    orderId: executionId,
    status,
    workflow,
    submittedAt: isoInstant(submittedAt),
    ...(endedAt !== undefined && { endedAt: isoInstant(endedAt) }),
    input,
    steps: steps.map(representStep),
    ...(failure && { failure: { step: failure.step, ...representFailure(failure) } }),
    ...(recovery && { recovery: representRecovery(recovery) }),
    ...(redriveOf !== undefined && { redriveOf }),
    ...(redrivenAs !== undefined && { redrivenAs }),
  };
}

function representStep({
  name,
  after,
  status,
  triggeredAt,
  startedAt,
  endedAt,
  output,
  attempts,
}: StepState): StepRepresentation {
  return {
    name,
    ...(after !== undefined && { after }),
    status,
    ...(triggeredAt !== undefined && { triggeredAt: isoInstant(triggeredAt) }),
    ...(startedAt !== undefined && { startedAt: isoInstant(startedAt) }),
    ...(endedAt !== undefined && { endedAt: isoInstant(endedAt) }),
    ...(output !== undefined && { output }),
    attempts: attempts.map(representAttempt),
  };
}

function representAttempt({ attempt, invokeAt, invokedAt, requestId, failure, confirmations, barred }: AttemptState) {
  return {
    attempt,
    ...(invokeAt !== undefined && { invokeAt: isoInstant(invokeAt) }),
    ...(invokedAt !== undefined && { invokedAt: isoInstant(invokedAt) }),
    ...(requestId !== undefined && { requestId }),
    ...(failure && { failure: representFailure(failure) }),
    ...(confirmations && { confirmations: confirmations.map(representFailure) }),
    ...(barred && { barred: { ...barred, barredAt: isoInstant(barred.barredAt) } }),
  };
}

function representFailure(failure: Failure): FailureRepresentation {
  const { kind, error, message, signal, attempt, detectedAt, requestId, evidence } = failure;
  return {
    kind,
    error,
    message,
    signal,
    attempt,
    detectedAt: isoInstant(detectedAt),
    ...(requestId !== undefined && { requestId }),
    ...(evidence && { evidence }),
  };
}

function representRecovery({ recoveredAt, actions, failures, requests }: RecoveryState) {
  return {
    ...(recoveredAt !== undefined && { recoveredAt: isoInstant(recoveredAt) }),
    ...(actions && { actions: actions.map(({ handler, step, before, after }) => ({ handler, step, before, after })) }),
    failures: failures.map((failure) => ({ ...failure, failedAt: isoInstant(failure.failedAt) })),
    ...(requests.length > 0 && {
      requests: requests.map(({ request, requestedAt }) => ({ request, requestedAt: isoInstant(requestedAt) })),
    }),
  };
}

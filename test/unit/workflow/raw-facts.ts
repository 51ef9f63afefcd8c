import type { RawFact } from '../../../workflow/facts.ts';
import type { Failure } from '../../../workflow/failure.ts';
import type { OrderRecord, StepRecord } from '../../../workflow/records.ts';
import { aFailedRecord, aFailure, anOrder, aSuccess, EXECUTION, OTHER_EXECUTION } from '../monitor/builders.ts';

/** Far from the instants in the bodies and in the ids, so that a mix-up of clocks shows. */
export const S3_TIME = Date.UTC(2027, 5, 1);

export function orderFact(order: Partial<OrderRecord> = {}, at = S3_TIME): RawFact {
  return { key: { kind: 'order', executionId: EXECUTION }, body: anOrder(order), at };
}

export function successFact(step: string, record: Partial<StepRecord> = {}, at = S3_TIME + 1000): RawFact {
  return { key: { kind: 'step-record', executionId: EXECUTION, step }, body: { ...aSuccess(step), ...record }, at };
}

export function failedFact(
  step: string,
  failure: Partial<Failure> = {},
  { attempt = 1, at = S3_TIME + 2000 } = {},
): RawFact {
  const body = { ...aFailedRecord(step, { attempt, ...failure }), attempt };
  return { key: { kind: 'step-record', executionId: EXECUTION, step }, body, at };
}

/** The claim of an attempt, because the one before it failed. */
export function claimFact(step: string, attempt: number, invokeAt = S3_TIME + 3000): RawFact {
  return {
    key: { kind: 'attempt-claim', executionId: EXECUTION, step, attempt },
    body: { executionId: EXECUTION, step, attempt, invokeAt, because: aFailure({ attempt: attempt - 1 }) },
    at: S3_TIME + 2000,
  };
}

export function invokedFact(step: string, attempt: number, at = S3_TIME + 4000): RawFact {
  return {
    key: { kind: 'attempt-invoked', executionId: EXECUTION, step, attempt },
    body: { executionId: EXECUTION, step, attempt, requestId: `request-${attempt}`, invokedAt: 1 },
    at,
  };
}

export function recoveryAttemptFact(attempt: number, at = S3_TIME + 5000): RawFact {
  return {
    key: { kind: 'recovery-attempt', executionId: EXECUTION, attempt },
    body: { executionId: EXECUTION, attempt, handler: 'undo', error: 'Error', message: `no ${attempt}`, failedAt: 1 },
    at,
  };
}

export function recoveryAttemptFacts(count: number): readonly RawFact[] {
  return Array.from({ length: count }, (_, index) => recoveryAttemptFact(index + 1));
}

/** A failed try that knew of a request. */
export function answeringFact(attempt: number, answersRequest: number, at = S3_TIME + 5000): RawFact {
  const fact = recoveryAttemptFact(attempt, at);
  return { ...fact, body: { ...(fact.body as object), answersRequest } };
}

export function recoveryRequestFact(request = 1, at = S3_TIME + 6000): RawFact {
  return {
    key: { kind: 'recovery-request', executionId: EXECUTION, request },
    body: { executionId: EXECUTION, request, requestedAt: 1 },
    at,
  };
}

export function recoveryFact(at = S3_TIME + 9000): RawFact {
  const actions = [{ handler: 'undo', step: 'payment', before: { units: 2 }, after: { units: 0 } }];
  return {
    key: { kind: 'recovery', executionId: EXECUTION },
    body: { executionId: EXECUTION, failedStep: 'payment', recoveredAt: 5, actions },
    at,
  };
}

export function redriveFact(): RawFact {
  return {
    key: { kind: 'redrive', executionId: EXECUTION },
    body: { executionId: EXECUTION, newExecutionId: OTHER_EXECUTION, redrivenAt: 6 },
    at: S3_TIME + 10_000,
  };
}

import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { foldExecution, type Execution } from '../../../workflow/execution.ts';
import { assembleFacts, type RawFact } from '../../../workflow/facts.ts';
import type { Failure } from '../../../workflow/failure.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const EXECUTION = anExecutionId({ at: T0, n: 1 });
export const OTHER_EXECUTION = anExecutionId({ at: T0, n: 2 });

export const CHAIN: WorkflowDefinition = {
  name: 'booking',
  version: 1,
  steps: [
    { name: 'reserve', retry: { maxAttempts: 3, baseMs: 1000, maxMs: 1500 } },
    { name: 'pay', after: 'reserve', retry: { maxAttempts: 2, baseMs: 1000, maxMs: 1500 } },
  ],
};

export function aFailure(failure: Partial<Failure> = {}): Failure {
  return {
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
    message: 'too slow',
    signal: 'log',
    attempt: 1,
    detectedAt: T0,
    ...failure,
  };
}

/** Seconds after the order: S3's LastModified of a fact. */
type Seconds = number;

/** One object of EXECUTION each; fields replace those of a good one. */
export const fact = {
  order: (fields: object = {}, s: Seconds = 0): RawFact => ({
    key: { kind: 'order', executionId: EXECUTION },
    body: {
      executionId: EXECUTION,
      workflow: { name: 'booking', version: 1 },
      submittedAt: T0,
      input: { itemId: 'seat' },
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  succeeded: (step: string, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'step-record', executionId: EXECUTION, step },
    body: {
      executionId: EXECUTION,
      step,
      attempt: 1,
      status: 'SUCCEEDED',
      output: { of: step },
      startedAt: T0,
      endedAt: T0 + 1,
      requestId: `request-of-${step}`,
      writtenBy: 'function',
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  failed: (step: string, s: Seconds, failure: Partial<Failure> = {}, fields: object = {}): RawFact => ({
    key: { kind: 'step-record', executionId: EXECUTION, step },
    body: {
      executionId: EXECUTION,
      step,
      attempt: failure.attempt ?? 1,
      status: 'FAILED',
      endedAt: T0 + 1,
      writtenBy: 'recovery',
      failure: aFailure(failure),
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  claim: (step: string, attempt: number, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'attempt-claim', executionId: EXECUTION, step, attempt },
    body: {
      executionId: EXECUTION,
      step,
      attempt,
      invokeAt: T0 + s * 1000 + 500,
      because: aFailure({ attempt: attempt - 1, requestId: `request-${attempt - 1}` }),
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  invoked: (step: string, attempt: number, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'attempt-invoked', executionId: EXECUTION, step, attempt },
    body: { executionId: EXECUTION, step, attempt, requestId: `request-${attempt}`, invokedAt: T0, ...fields },
    at: T0 + s * 1000,
  }),
  confirmed: (step: string, attempt: number, signal: Failure['signal'], s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'confirmation', executionId: EXECUTION, step, attempt, signal },
    body: { executionId: EXECUTION, step, ...aFailure({ attempt, signal, detectedAt: T0 + s * 1000 }), ...fields },
    at: T0 + s * 1000,
  }),
  barred: (step: string, attempt: number, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'barred', executionId: EXECUTION, step, attempt },
    body: {
      executionId: EXECUTION,
      step,
      attempt,
      by: 'slot',
      write: 'seat-hold',
      requestId: `request-${attempt}`,
      barredAt: T0 + s * 1000,
      eventId: 'event-1',
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  recoveryFailed: (attempt: number, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'recovery-attempt', executionId: EXECUTION, attempt },
    body: {
      executionId: EXECUTION,
      attempt,
      handler: 'free-seat',
      error: 'StorageUnavailableError',
      message: 'could not read',
      failedAt: T0 + s * 1000,
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  recoveryRequested: (request: number, s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'recovery-request', executionId: EXECUTION, request },
    body: { executionId: EXECUTION, request, requestedAt: T0, ...fields },
    at: T0 + s * 1000,
  }),
  recovered: (s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'recovery', executionId: EXECUTION },
    body: {
      executionId: EXECUTION,
      failedStep: 'pay',
      recoveredAt: T0 + s * 1000,
      actions: [{ handler: 'free-seat', step: 'reserve', before: { units: 1 }, after: { units: 0 } }],
      ...fields,
    },
    at: T0 + s * 1000,
  }),
  redriven: (s: Seconds, fields: object = {}): RawFact => ({
    key: { kind: 'redrive', executionId: EXECUTION },
    body: { executionId: EXECUTION, newExecutionId: OTHER_EXECUTION, redrivenAt: T0 + s * 1000, ...fields },
    at: T0 + s * 1000,
  }),
};

/** The execution that these facts make, its order included. */
export function fold(...raw: readonly RawFact[]): Execution {
  return foldExecution(CHAIN, assembleFacts(EXECUTION, [fact.order(), ...raw]));
}

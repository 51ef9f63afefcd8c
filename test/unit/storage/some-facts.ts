import type {
  AttemptClaim,
  AttemptInvoked,
  BarredRecord,
  Confirmation,
  RecoveryAttempt,
  RecoveryRecord,
  RecoveryRequest,
  RedriveRecord,
  StepRecord,
} from '../../../workflow/records.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

/** One valid fact of each kind, of the execution that `anExecutionId()` names. */

const executionId = anExecutionId();

export const STEP_RECORD: StepRecord = {
  executionId,
  step: 'inventory',
  attempt: 1,
  endedAt: 2000,
  writtenBy: 'function',
  status: 'SUCCEEDED',
  output: { held: 2 },
};

export const ATTEMPT_CLAIM: AttemptClaim = {
  executionId,
  step: 'payment',
  attempt: 2,
  invokeAt: 3000,
  because: {
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
    message: 'timed out',
    signal: 'log',
    attempt: 1,
    detectedAt: 2500,
  },
};

export const ATTEMPT_INVOKED: AttemptInvoked = {
  executionId,
  step: 'payment',
  attempt: 2,
  requestId: 'request-2',
  invokedAt: 3100,
};

export const CONFIRMATION: Confirmation = {
  executionId,
  step: 'payment',
  attempt: 1,
  kind: 'TIMEOUT',
  error: 'Timeout',
  message: 'the event was not processed',
  signal: 'destination',
  detectedAt: 2600,
};

export const BARRED: BarredRecord = {
  executionId,
  step: 'payment',
  attempt: 1,
  by: 'slot',
  write: 'payment-capture',
  requestId: 'request-1',
  barredAt: 5200,
  eventId: 'event-7',
};

export const RECOVERY_ATTEMPT: RecoveryAttempt = {
  executionId,
  attempt: 1,
  handler: 'release-seats',
  error: 'SlowDown',
  message: 'try again later',
  failedAt: 4000,
};

export const RECOVERY_REQUEST: RecoveryRequest = { executionId, request: 1, requestedAt: 4500 };

export const RECOVERY: RecoveryRecord = {
  executionId,
  failedStep: 'payment',
  recoveredAt: 5000,
  actions: [{ handler: 'release-seats', step: 'inventory', before: { held: 2 }, after: { held: 0 } }],
};

export const REDRIVE: RedriveRecord = { executionId, newExecutionId: anExecutionId({ n: 1 }), redrivenAt: 6000 };

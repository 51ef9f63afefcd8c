/** The dimension of failures: a kind out of docs/failures.md. */
export const FAILURE_KIND_DIMENSION = 'FailureKind';

/**
 * What recovery counts, where it won the write that makes it so: once, however many monitors run. A process that is
 * killed loses what it counted within the last minute.
 */
export const RECOVERY_METRICS = {
  /** Executions that ended as FAILED, undone and read back; also by FailureKind, rejections included. */
  executionsFailed: 'ExecutionsFailed',
  /** Steps failed for another reason than a rejection; also by FailureKind. */
  faults: 'Faults',
  /** Executions that wait for a person before anything is undone, because their step's policy says so. */
  executionsHeld: 'ExecutionsHeld',
  /** From when a failure was detected to when its recovery was written down, milliseconds. */
  recoveryLatency: 'RecoveryLatency',
  /** Tries of recovery in which a handler failed. */
  recoveryAttemptsFailed: 'RecoveryAttemptsFailed',
  /** Executions that became RECOVERY_FAILED: once each, and once more for every request that was in vain. */
  recoveriesGivenUp: 'RecoveriesGivenUp',
} as const;

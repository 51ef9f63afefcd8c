import type { Execution } from '../workflow/execution.ts';
import type { Failure } from '../workflow/failure.ts';

export interface RecoveryInput {
  readonly execution: Execution;
  readonly failure: Failure & { readonly step: string };
}

/**
 * An application's own logic that undoes one step of a failed execution. It may run many times and beside itself, and
 * the step's function may still be running: a handler closes the effect's slot, so that what comes late is refused,
 * even when it finds nothing to undo.
 */
export interface RecoveryHandler {
  /** Kebab-case, as it stands in the recovery record. */
  readonly name: string;
  /** The step whose effect it undoes. It runs for failures of that step and of every step after it. */
  readonly step: string;
  /**
   * Undoes and closes; gives the state that was there before recovery, as plain JSON. It may run again after it was done,
   * when the process died before the result was written down: what it gives then should be what it gave first, so whatever
   * closes the slot remembers what was in it. Throws when it cannot.
   */
  undo(input: RecoveryInput): Promise<unknown>;
  /** Reads the state back from S3: whether the effect is undone and its slot closed, and what was read. */
  check(input: RecoveryInput): Promise<{ readonly isUndone: boolean; readonly state: unknown }>;
}

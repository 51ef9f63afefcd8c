import type { Progress } from '../demo/report/progress.ts';

/** What one run does, from its start to leaving nothing behind. */
export interface Task {
  /** Resolves to whether nothing was violated. */
  run(signal: AbortSignal, progress: Progress): Promise<boolean>;
  /** Ends every process that was started. */
  close(): Promise<void>;
  /** Forgets what nobody needs after a run without a violation. */
  discard(): Promise<void>;
  /** Told when something was violated. */
  readonly whereToLook: string;
}

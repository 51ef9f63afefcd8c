import type { Progress } from './report/progress.ts';
import type { Surroundings } from './scenarios/scenario.ts';
import type { Target } from './target.ts';

export interface OpenOptions {
  /** How many may run side by side, where there can be more than one. */
  readonly count: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface OpenTargets {
  readonly targets: readonly [Target, ...Target[]];
  readonly surroundings: Surroundings;
}

/** Where the stacks to run against come from. */
export interface TargetSource {
  /** @throws CannotBeginError */
  open(options: OpenOptions): Promise<OpenTargets>;
  close(): Promise<void>;
  /** How long taking out the faults and closing may last when the demo is interrupted. */
  readonly closeTimeoutMs: number;
  /** Told then. */
  readonly interruptedNotice: string;
  /** Forgets what nobody needs after a run that was as expected. */
  discard(): Promise<void>;
  /** Where to look when something was not as expected. */
  readonly whereToLook: string;
}

import type { Progress } from '../../demo/report/progress.ts';
import type { HostEnvironment } from '../../laptop/host-environment.ts';
import type { Loads } from './loads.ts';
import type { MeasuredRound } from './measured.ts';

export interface RoundOptions {
  readonly loads: Loads;
  /** A folder of this round's own. */
  readonly folder: string;
  readonly hostEnvironment: HostEnvironment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Who is measured in turn with the others. */
export interface Contestant {
  /** Kebab-case, for `--only`. */
  readonly name: string;
  readonly what: string;
  /** Why it cannot be measured on this machine. */
  readonly unavailable?: string;
  /** Whether it runs from the package in this folder, which is installed first. */
  readonly isPeer: boolean;
  /** Starts it with an empty store, measures it, and stops it. */
  measureRound(options: RoundOptions): Promise<MeasuredRound>;
}

import type { Progress } from '../demo/report/progress.ts';
import type { HostEnvironment } from '../laptop/host-environment.ts';

export interface BenchmarkContext {
  /** Executions of the largest store that is measured. */
  readonly executions: number;
  readonly hostEnvironment: HostEnvironment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface BenchmarkResult {
  /** Everything that was measured, for JSON. */
  readonly results: unknown;
  /** What a person reads. */
  readonly text: string;
}

export interface Benchmark {
  /** Kebab-case, for `--only`. */
  readonly name: string;
  /** What it measures. */
  readonly what: string;
  readonly run: (context: BenchmarkContext) => Promise<BenchmarkResult>;
}

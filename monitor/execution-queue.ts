import type { Metrics } from '../platform/metrics.ts';
import type { Failure } from '../workflow/failure.ts';
import { MONITOR_METRICS } from './metric-names.ts';

/** A failure that a signal reported of one step of an execution. */
export interface StepFailure {
  readonly step: string;
  readonly failure: Failure;
  /** When the log line that says so was written, or the silent attempt was triggered; milliseconds since the epoch. */
  readonly evidenceAt?: number;
}

/** `not-looked`: turned away, ended by the shutdown, or the look failed: whoever reported it may report it again. */
export type Looked = 'looked' | 'not-looked';

type Asker = (looked: Looked) => void;

export interface ExecutionQueueOptions {
  /** Looks at one execution. It must not throw for anything that is the execution's own fault. */
  readonly examine: (executionId: string, failures: readonly StepFailure[]) => Promise<void>;
  readonly onError: (executionId: string, error: unknown) => void;
  /** Executions looked at side by side. */
  readonly concurrency: number;
  /** Executions waiting at most; the sweep finds those that are turned away. */
  readonly capacity: number;
  readonly metrics: Metrics;
}

/**
 * Executions that want a look: one look at a time for each execution, several executions side by side, and everything
 * that is reported while an execution waits is seen in one look. One execution that fails again and again delays
 * nobody but itself.
 */
export class ExecutionQueue {
  readonly #options: ExecutionQueueOptions;
  readonly #waiting = new Map<string, StepFailure[]>();
  readonly #running = new Set<string>();
  /** What looks that failed had been told, for the next look. */
  readonly #untold = new Map<string, readonly StepFailure[]>();
  /** Who wants to know what becomes of the look that an execution waits for. */
  readonly #askers = new Map<string, Asker[]>();
  #isStopped = false;
  readonly #idle: (() => void)[] = [];

  constructor(options: ExecutionQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  has(executionId: string): boolean {
    return this.#waiting.has(executionId) || this.#running.has(executionId);
  }

  /** Whether there will be a look. */
  add(executionId: string, failure?: StepFailure): boolean {
    return this.#admit(executionId, failure, []);
  }

  /** As `add`, and tells once the look that was told of the failure is over. */
  look(executionId: string, failure: StepFailure): Promise<Looked> {
    return new Promise((resolve) => {
      if (!this.#admit(executionId, failure, [resolve])) resolve('not-looked');
    });
  }

  /** Begins no further look: what waits is found again by whoever comes next. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
    for (const askers of this.#askers.values()) for (const tell of askers) tell('not-looked');
    this.#askers.clear();
  }

  /** Resolves as soon as nothing waits and nothing runs. */
  async settled(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Whether there will be a look. */
  #admit(executionId: string, failure: StepFailure | undefined, askers: readonly Asker[]): boolean {
    if (this.#isStopped) return false;
    const waiting = this.#waiting.get(executionId);
    if (waiting !== undefined) {
      if (failure !== undefined && !waiting.some((known) => isSameReport(known, failure))) waiting.push(failure);
      this.#askers.get(executionId)?.push(...askers);
      return true;
    }
    if (this.#waiting.size >= this.#options.capacity) {
      this.#options.metrics.count(MONITOR_METRICS.looksTurnedAway);
      return false;
    }
    const untold = this.#untold.get(executionId) ?? [];
    this.#untold.delete(executionId);
    this.#waiting.set(executionId, [...untold, ...(failure === undefined ? [] : [failure])]);
    this.#askers.set(executionId, [...askers]);
    this.#startNext();
    return true;
  }

  #startNext(): void {
    for (const [executionId, failures] of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(executionId)) continue;
      this.#waiting.delete(executionId);
      this.#running.add(executionId);
      const askers = this.#askers.get(executionId) ?? [];
      this.#askers.delete(executionId);
      void this.#run(executionId, failures, askers);
    }
  }

  async #run(executionId: string, failures: readonly StepFailure[], askers: readonly Asker[]): Promise<void> {
    let looked: Looked = 'not-looked';
    try {
      await this.#options.examine(executionId, failures);
      looked = 'looked';
    } catch (error) {
      if (failures.length > 0 && this.#untold.size < this.#options.capacity) this.#untold.set(executionId, failures);
      this.#options.onError(executionId, error);
    } finally {
      this.#running.delete(executionId);
      for (const tell of askers) tell(looked);
      this.#startNext();
      if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}

/** The log reports one failed attempt in several lines; the first one counts. What another signal says confirms it. */
function isSameReport(a: StepFailure, b: StepFailure): boolean {
  return a.step === b.step && a.failure.attempt === b.failure.attempt && a.failure.signal === b.failure.signal;
}

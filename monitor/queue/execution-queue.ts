import type { Clock } from '../../platform/clock.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Failure } from '../../workflow/failure.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import type { Urgency } from './urgency.ts';
import { WaitingLooks } from './waiting-looks.ts';
import type { WorkPace } from './work-pace.ts';

/** A failure that a signal reported of one step of an execution. */
export interface StepFailure {
  readonly step: string;
  readonly failure: Failure;
  /** When the log line that says so was written, or the silent attempt was triggered; milliseconds since the epoch. */
  readonly evidenceAt?: number;
}

/** `not-looked`: turned away, ended by the shutdown, or the look failed: whoever reported it may report it again. */
export type Looked = 'looked' | 'not-looked';

interface WaitingLook {
  readonly executionId: string;
  /** What was reported while it waits. */
  readonly failures: StepFailure[];
  /** Who wants to know what becomes of the look. */
  readonly askers: ((looked: Looked) => void)[];
}

export interface ExecutionQueueOptions {
  /** Looks at one execution. It must not throw for anything that is the execution's own fault. */
  readonly examine: (executionId: string, failures: readonly StepFailure[]) => Promise<void>;
  readonly onError: (executionId: string, error: unknown) => void;
  /** Executions looked at side by side. */
  readonly concurrency: number;
  /** Executions of each urgency waiting at most; the sweep finds those that are turned away. */
  readonly capacity: number;
  readonly metrics: Metrics;
  /** How many looks may begin in a time; absent: as many as there are. */
  readonly pacing?: {
    readonly pace: Pick<WorkPace, 'beginLook' | 'untilLookMs'>;
    readonly clock: Clock;
  };
}

/** What comes while the backlog waits may be due earlier. */
const LONGEST_PAUSE_MS = 50;

/**
 * Executions that want a look: one look at a time for each execution, several executions side by side, and everything
 * that is reported while an execution waits is seen in one look. What is new goes before what is old, and one execution
 * that fails again and again delays nobody but itself.
 */
export class ExecutionQueue {
  readonly #options: ExecutionQueueOptions;
  readonly #waiting: WaitingLooks<WaitingLook>;
  readonly #running = new Set<string>();
  /** What looks that failed had been told, for the next look. */
  readonly #untold = new Map<string, readonly StepFailure[]>();
  readonly #stopping = new AbortController();
  readonly #idle: (() => void)[] = [];
  /** Somebody waits for the pace. */
  #isPausing = false;

  constructor(options: ExecutionQueueOptions) {
    this.#options = options;
    this.#waiting = new WaitingLooks(options.capacity, (executionId) => ({ executionId, failures: [], askers: [] }));
  }

  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  has(executionId: string): boolean {
    return this.#waiting.has(executionId) || this.#running.has(executionId);
  }

  /** What a failure is reported of is as urgent as anything can be. Gives whether there will be a look. */
  add(executionId: string, failure?: StepFailure, urgency: Urgency = 'reported'): boolean {
    return this.#admit(executionId, urgency, failure);
  }

  /** As `add`, and tells once the look that was told of the failure is over. */
  look(executionId: string, failure: StepFailure): Promise<Looked> {
    return new Promise((resolve) => {
      if (!this.#admit(executionId, 'reported', failure, resolve)) resolve('not-looked');
    });
  }

  /** Begins no further look: what waits is found again by whoever comes next. */
  stop(): void {
    this.#stopping.abort();
    for (const { askers } of this.#waiting.clear()) for (const tell of askers) tell('not-looked');
  }

  /** Resolves as soon as nothing waits and nothing runs. */
  async settled(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Whether there will be a look. */
  #admit(
    executionId: string,
    urgency: Urgency,
    failure: StepFailure | undefined,
    asker?: (looked: Looked) => void,
  ): boolean {
    if (this.#stopping.signal.aborted) return false;
    const waiting = this.#waiting.admit(executionId, urgency);
    if (waiting === undefined) {
      this.#options.metrics.count(MONITOR_METRICS.looksTurnedAway);
      return false;
    }
    const { failures, askers } = waiting;
    failures.push(...(this.#untold.get(executionId) ?? []));
    this.#untold.delete(executionId);
    if (failure !== undefined && !failures.some((known) => isSameReport(known, failure))) failures.push(failure);
    if (asker !== undefined) askers.push(asker);
    this.#startNext();
    return true;
  }

  #startNext(): void {
    const { concurrency, pacing } = this.#options;
    const isReady = (executionId: string) => !this.#running.has(executionId);
    while (this.#running.size < concurrency) {
      const next = this.#waiting.take(isReady, (urgency) => pacing?.pace.beginLook(urgency) ?? true);
      if (next === undefined) break;
      this.#running.add(next.executionId);
      void this.#run(next);
    }
    // When all places are taken, the end of a look goes on from here.
    if (pacing !== undefined && this.#running.size < concurrency) void this.#goOnWhenDue(pacing, isReady);
  }

  async #goOnWhenDue(
    { pace, clock }: NonNullable<ExecutionQueueOptions['pacing']>,
    isReady: (executionId: string) => boolean,
  ): Promise<void> {
    const urgencies = this.#waiting.urgencies(isReady);
    if (this.#isPausing || urgencies.length === 0) return;
    this.#isPausing = true;
    const untilMs = Math.min(LONGEST_PAUSE_MS, ...urgencies.map((urgency) => pace.untilLookMs(urgency)));
    // Stopping ends the pause, and then nothing waits any more.
    await clock.sleep(Math.max(1, untilMs), this.#stopping.signal).catch(() => undefined);
    this.#isPausing = false;
    this.#startNext();
  }

  async #run({ executionId, failures, askers }: WaitingLook): Promise<void> {
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

import { availableParallelism } from 'node:os';

/** Every bound of the local Lambda. Times in milliseconds. */
export interface LambdaLimits {
  /**
   * Invocations of one function at a time; a smaller reserved concurrency counts. AWS's account limit is 1,000, where each
   * has a processor of its own: here more processes than keep the cores busy only make each of them slower.
   */
  readonly concurrencyPerFunction: number;
  /** Processes that start at the same time: more than there are cores only makes all of them slower. */
  readonly concurrentStarts: number;
  /** AWS gives an init 10 s. */
  readonly initTimeoutMs: number;
  /** Warm sandboxes of one function that are kept however rarely they are used, until `idleMs`. */
  readonly idleSandboxesPerFunction: number;
  readonly idleMs: number;
  /** Those beyond `idleSandboxesPerFunction` go after this. */
  readonly surplusIdleMs: number;
  readonly queuedEventsPerFunction: number;
  /** Payloads of all queued events. */
  readonly queuedBytes: number;
  /** Before the first and the second retry of an asynchronous event. */
  readonly retryDelaysMs: readonly [number, number];
}

/** AWS's numbers where it has any; the rest suits a laptop (a warm sandbox holds 50 to 90 MB). */
export const DEFAULT_LIMITS: LambdaLimits = {
  concurrencyPerFunction: Math.max(4, 2 * availableParallelism()),
  concurrentStarts: Math.max(2, availableParallelism()),
  initTimeoutMs: 10_000,
  idleSandboxesPerFunction: 4,
  idleMs: 300_000,
  surplusIdleMs: 10_000,
  queuedEventsPerFunction: 100_000,
  queuedBytes: 256 * 1024 * 1024,
  retryDelaysMs: [60_000, 120_000],
};

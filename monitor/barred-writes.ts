import pLimit from 'p-limit';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import { isBarredNews } from '../workflow/decisions.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { foldExecution } from '../workflow/execution.ts';
import type { BarredRecord } from '../workflow/records.ts';
import { MONITOR_METRICS } from './metric-names.ts';

export interface BarredWritesOptions {
  readonly store: Pick<ExecutionStore, 'read' | 'putBarred'>;
  readonly definition: WorkflowDefinition;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** They come seldom, and nothing waits for them. */
const SIDE_BY_SIDE = 4;
const MAX_WAITING = 1_000;

/**
 * Writes down what came after its attempt was given up, and was refused: once for each attempt, and only where the facts
 * know of that attempt and of a fence. Beside the looks, which it never delays.
 *
 * Evidence only: what goes wrong here is logged and given up.
 */
export class BarredWrites {
  readonly #options: BarredWritesOptions;
  readonly #limit = pLimit(SIDE_BY_SIDE);
  readonly #running = new Set<Promise<void>>();

  constructor(options: BarredWritesOptions) {
    this.#options = options;
  }

  report(barred: BarredRecord): void {
    if (this.#running.size >= MAX_WAITING) {
      this.#giveUp(barred, new Error(`more than ${MAX_WAITING} wait to be recorded`));
      return;
    }
    const recording = this.#limit(() => this.#record(barred)).finally(() => this.#running.delete(recording));
    this.#running.add(recording);
  }

  /** Resolves as soon as nothing that was reported waits. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #record(barred: BarredRecord): Promise<void> {
    const { store, logger, metrics } = this.#options;
    const { executionId, step, attempt, requestId, by, write } = barred;
    try {
      if (!(await this.#isNews(barred))) return;
      const put = await store.putBarred(barred);
      if (put.outcome === 'already-written') return;
      logger.warn('late write barred', { executionId, step, attempt, requestId, by, write });
      metrics.count(MONITOR_METRICS.barredWrites);
    } catch (error) {
      this.#giveUp(barred, error);
    }
  }

  async #isNews({ executionId, step, attempt }: BarredRecord): Promise<boolean> {
    const { store, definition } = this.#options;
    const facts = await store.read(executionId);
    if (facts === undefined) return false;
    const { name, version } = facts.order.value.workflow;
    if (name !== definition.name || version !== definition.version) return false;
    return isBarredNews(foldExecution(definition, facts), step, attempt);
  }

  /** Nothing depends on it: the write was refused, whether anybody knows or not. */
  #giveUp({ executionId, step, attempt }: BarredRecord, error: unknown): void {
    this.#options.logger.warn('late write not recorded', { executionId, step, attempt, error });
  }
}

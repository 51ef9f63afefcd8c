import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { checkReadiness, type ReadinessOptions } from './check-readiness.ts';
import { COORDINATOR_METRICS } from './metric-names.ts';

export interface SelfCheckOptions extends ReadinessOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** As often as metrics are written. Two LISTs a minute are a cent and a half a day. */
const EVERY_MS = 60_000;

/**
 * Asks itself what `/readyz` would answer, and measures it: on a node that nothing can connect to, nobody else asks. A
 * coordinator that runs and cannot reach its buckets has a heartbeat, and without customers no errors either.
 */
export class SelfCheck {
  readonly #options: SelfCheckOptions;
  #notAnswering: number | undefined;

  constructor(options: SelfCheckOptions) {
    this.#options = options;
    options.metrics.gauge(COORDINATOR_METRICS.storesNotAnswering, 'Count', () => this.#notAnswering);
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#check();
      // Aborting the pause ends the loop at its condition.
      await this.#options.clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }

  async #check(): Promise<void> {
    const { logger } = this.#options;
    const complaints = await checkReadiness(this.#options);
    const before = this.#notAnswering ?? 0;
    this.#notAnswering = complaints.length;
    if (complaints.length > before) logger.error('Not able to work', { complaints });
    if (complaints.length === 0 && before > 0) logger.info('Able to work again');
  }
}

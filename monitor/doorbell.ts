import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { firstIdAt } from '../workflow/execution-id.ts';
import { DOORBELL_PREFIX, parseDoorbellKey } from '../workflow/keys.ts';

export interface DoorbellOptions {
  readonly stateStorage: Pick<ObjectStore, 'list'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Asks for a look at an execution; whether there will be one. */
  readonly onRing: (executionId: string) => boolean;
}

/**
 * How far back it listens, by the coordinator's clock in the key: longer than a monitor is away while it is replaced, a
 * write takes or clocks differ. What was rung before is found by what finds everything else: a look at each execution that
 * is open, after a start and when its time has come.
 */
const LISTENS_BACK_MS = 600_000;
/** Ten listings. A flood that is larger waits until its beginning is ten minutes old. */
const MAX_RINGS = 10_000;

/**
 * Hears that somebody wants an execution to be looked at now: one listing each time, however many executions are stuck. A
 * doorbell says nothing but that, so one that is heard twice, or by two monitors, or too late, does no harm.
 */
export class Doorbell {
  readonly #options: DoorbellOptions;
  readonly #answered = new Set<string>();

  constructor(options: DoorbellOptions) {
    this.#options = options;
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, intervalMs } = this.#options;
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        logger.warn('doorbells could not be listed', { error });
      }
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(intervalMs, signal).catch(() => undefined);
    }
  }

  /** Answers every ring of the last ten minutes that it has not answered yet. */
  async listen(): Promise<void> {
    const { stateStorage, clock, onRing } = this.#options;
    const from = `${DOORBELL_PREFIX}${firstIdAt(clock.now() - LISTENS_BACK_MS)}`;
    for (const key of this.#answered) if (key <= from) this.#answered.delete(key);
    let rings = 0;
    for await (const { key } of stateStorage.list(DOORBELL_PREFIX, from)) {
      if (!this.#answered.has(key)) {
        const executionId = parseDoorbellKey(key);
        // Where there is no room for a look, it is asked for again the next time.
        if (executionId === undefined || onRing(executionId)) this.#answered.add(key);
      }
      rings += 1;
      if (rings === MAX_RINGS) return;
    }
  }
}

import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { MONITOR_STATUS_KEY } from '../workflow/keys.ts';
import { MONITOR_STATUS_EVERY_MS, type MonitorStatus } from '../workflow/monitor-status.ts';

export interface StatusWriterOptions {
  readonly stateStorage: Pick<ObjectStore, 'overwrite'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly status: () => Omit<MonitorStatus, 'writtenAt'>;
}

/** Leaves in the state storage what the monitor says of itself, for the coordinator to show: the two know of no other way. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.write();
      // Aborting the pause ends the loop at its condition.
      await this.#options.clock.sleep(MONITOR_STATUS_EVERY_MS, signal).catch(() => undefined);
    }
  }

  async write(): Promise<void> {
    const { stateStorage, clock, logger, status } = this.#options;
    try {
      await stateStorage.overwrite(MONITOR_STATUS_KEY, { ...status(), writtenAt: clock.now() });
    } catch (error) {
      // An old status says by its age that there is no newer one; the monitor works without it.
      logger.warn('status could not be written', { error });
    }
  }
}

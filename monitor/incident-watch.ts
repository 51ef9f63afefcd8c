import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { listFailures } from '../storage/failure-index.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { diagnose } from '../workflow/cause.ts';
import { classOf, foldIncidents, type Incident } from '../workflow/incidents.ts';
import { MONITOR_METRICS } from './metric-names.ts';

export interface IncidentWatchOptions {
  readonly stateStorage: Pick<ObjectStore, 'listPage'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A metric is written once a minute: 1,440 LISTs a day are 0.7 cents. */
const EVERY_MS = 60_000;
/** What is open has failed within ten minutes, and has begun when five failed within five. */
const LOOK_BACK_MS = 3_600_000;
/** 20,000 failures of one hour: with more, the newest may be missed, and then the oldest are open all the same. */
const MAX_LISTINGS = 20;

/** Counts the incidents that are open, for the alarm, and says once of each that it has opened. */
export class IncidentWatch {
  readonly #options: IncidentWatchOptions;
  #open: ReadonlySet<string> = new Set();
  #count: number | undefined;

  constructor(options: IncidentWatchOptions) {
    this.#options = options;
    options.metrics.gauge(MONITOR_METRICS.openIncidents, 'Count', () => this.#count);
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        // No number is better than an old one.
        this.#count = undefined;
        logger.warn('failures could not be listed', { error });
      }
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }

  async look(): Promise<void> {
    const { stateStorage, clock } = this.#options;
    const now = clock.now();
    const { failures } = await listFailures({ stateStorage, from: now - LOOK_BACK_MS, maxListings: MAX_LISTINGS });
    // Whether it was redriven meanwhile changes nothing for the alarm: a class of failures that goes on is one trouble.
    const open = foldIncidents(failures, new Map(), now).filter(({ state }) => state === 'OPEN');
    const classes = new Map(open.map((incident) => [classOfIncident(incident), incident]));
    for (const [key, incident] of classes) if (!this.#open.has(key)) this.#tellOpened(incident);
    this.#open = new Set(classes.keys());
    this.#count = classes.size;
  }

  #tellOpened({ id, failures: [first, ...others] }: Incident): void {
    if (first === undefined) return;
    const { step, kind, error } = first;
    const { cause, advice } = diagnose(kind, error);
    const fields = { incidentId: id, step, kind, error, cause, advice, count: others.length + 1 };
    this.#options.logger.warn('incident opened', fields);
  }
}

function classOfIncident({ failures: [first] }: Incident): string {
  return first === undefined ? '' : classOf(first);
}

import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { IncidentRedrives } from '../storage/incident-redrives.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { incidentRedriveKey, type IncidentRedriveKey } from '../workflow/incident-redrive.ts';
import { Incidents } from './incidents.ts';
import { redrive, type RedriveCollaborators } from './redrive.ts';

export interface IncidentRedriverOptions extends RedriveCollaborators {
  readonly stateStorage: Pick<ObjectStore, 'list' | 'listPage' | 'get' | 'putIfAbsent'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Between two looks for requests that this coordinator does not know of: 2,880 LISTs a day are a cent and a half. */
const EVERY_MS = 30_000;
/** Between two looks at orders whose recovery is not done yet. */
const WAIT_MS = 5_000;
/** How long after its request orders are waited for. A recovery takes seconds, or a person. */
const MAX_WAIT_MS = 600_000;
/** Ten orders a second: as many as a busy shop has anyway, so that what has just been mended is not run over. */
const PACE_MS = 100;
/** While the storage does not answer. */
const AFTER_ERROR_MS = 5_000;

/** What became of each order of an incident, as far as one request for it has come. */
interface Progress {
  readonly redriven: Set<string>;
  /** The repetitions themselves. */
  readonly repetitions: Set<string>;
  /** By order: why it cannot be repeated. */
  readonly left: Map<string, string>;
}

/**
 * Carries out requests to redrive incidents:
 *
 *     incident-redrives/{id}.{count}.json ── every order of the incident: redrive, as one does by hand ──▶ ….done.json
 *                                              └── still recovering: again in 5 s, for 10 minutes
 *
 * It remembers nothing that the storage does not know. Killed anywhere, it begins the request anew and finds the orders that
 * it has repeated; two of them repeat each order once, because the claim `redrive.json` has one winner.
 */
export class IncidentRedriver {
  readonly #options: IncidentRedriverOptions;
  readonly #redrives: IncidentRedrives;
  readonly #incidents: Incidents;
  /** Of requests that are pending. Without it, after a restart, each order is only looked at once more. */
  readonly #progress = new Map<string, Progress>();
  #wake: (() => void) | undefined;
  #isAwaited = false;

  constructor(options: IncidentRedriverOptions) {
    this.#options = options;
    this.#redrives = new IncidentRedrives(options);
    this.#incidents = new Incidents(options);
  }

  /** There is a new request. */
  wake(): void {
    this.#isAwaited = true;
    this.#wake?.();
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#isAwaited = false;
      let pauseMs = AFTER_ERROR_MS;
      try {
        pauseMs = (await this.pass(signal)) === 'done' ? EVERY_MS : WAIT_MS;
      } catch (error) {
        if (!signal.aborted) this.#options.logger.warn('requests to redrive incidents could not be listed', { error });
      }
      if (!this.#isAwaited) await this.#pause(pauseMs, signal);
    }
  }

  /** One round for every request that nobody has carried out yet. One that has to wait, or fails, delays no other. */
  async pass(signal: AbortSignal): Promise<'done' | 'waits'> {
    const pending = await this.#redrives.pending();
    const names = new Set(pending.map((key) => incidentRedriveKey(key)));
    for (const name of this.#progress.keys()) if (!names.has(name)) this.#progress.delete(name);
    let result: 'done' | 'waits' = 'done';
    for (const key of pending) {
      try {
        if ((await this.#carryOn(key, signal)) === 'waits') result = 'waits';
      } catch (error) {
        signal.throwIfAborted();
        this.#options.logger.warn('incident could not be redriven', { incidentId: key.incidentId, error });
        result = 'waits';
      }
    }
    return result;
  }

  async #carryOn(key: IncidentRedriveKey, signal: AbortSignal): Promise<'done' | 'waits'> {
    const { clock, logger } = this.#options;
    const { incidentId, count } = key;
    const request = await this.#redrives.read(key);
    // Not written by us, or expired meanwhile.
    if (request === undefined) return 'done';
    const progress = this.#progressOf(key);
    const isLastRound = clock.now() - request.requestedAt >= MAX_WAIT_MS;
    const waiting = await this.#redriveAll(incidentId, progress, signal);
    if (waiting.size > 0 && !isLastRound) return 'waits';
    const left = countBy([...progress.left.values(), ...waiting.values()]);
    const redriven = progress.redriven.size;
    const put = await this.#redrives.putDone({ incidentId, count, doneAt: clock.now(), redriven, left });
    if (put.outcome === 'written') logger.info('incident redriven', { incidentId, redriven, left });
    return 'done';
  }

  #progressOf(key: IncidentRedriveKey): Progress {
    const name = incidentRedriveKey(key);
    const known = this.#progress.get(name) ?? { redriven: new Set(), repetitions: new Set(), left: new Map() };
    this.#progress.set(name, known);
    return known;
  }

  /** Gives those that may be repeated later, with their status. */
  async #redriveAll(
    incidentId: string,
    { redriven, repetitions, left }: Progress,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const { clock } = this.#options;
    const waiting = new Map<string, string>();
    const found = await this.#incidents.find(incidentId);
    for (const { executionId } of found?.incident.failures ?? []) {
      // A repetition that failed is another incident's, unless the clocks of two coordinators differ: it is never repeated here.
      if (redriven.has(executionId) || left.has(executionId) || repetitions.has(executionId)) continue;
      signal.throwIfAborted();
      const result = await redrive(this.#options, executionId);
      switch (result.outcome) {
        case 'redriven':
          redriven.add(executionId);
          repetitions.add(result.order.executionId);
          // What an earlier round, or somebody else, has repeated starts nothing.
          if (!result.isReplay) await clock.sleep(PACE_MS, signal);
          break;
        case 'no-such-order':
          left.set(executionId, 'EXPIRED');
          break;
        case 'not-redrivable':
          (result.status === 'RECOVERING' ? waiting : left).set(executionId, result.status);
          break;
      }
    }
    return waiting;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    // Woken or ended: the loop's condition tells which.
    await this.#options.clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    this.#wake = undefined;
  }
}

function countBy(values: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

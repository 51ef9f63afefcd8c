import type { Clock } from '../platform/clock.ts';
import { UnreadableObjectError } from '../storage/errors.ts';
import { failurePages, listFailures, type FailureListing } from '../storage/failure-index.ts';
import { IncidentRedrives, redrivenSince, type RequestedRedrive } from '../storage/incident-redrives.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { parseFailureName, type IndexedFailure } from '../workflow/failure-index.ts';
import { classOf, foldIncidents, INCIDENT_GAP_MS, type Incident } from '../workflow/incidents.ts';
import { stepRecordKey } from '../workflow/keys.ts';
import { stepRecordSchema } from '../workflow/records.ts';

export interface IncidentsOptions {
  readonly stateStorage: Pick<ObjectStore, 'list' | 'listPage' | 'get' | 'putIfAbsent'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** An incident with what was asked for it. */
export interface IncidentView {
  readonly incident: Incident;
  /** More failures followed than were listed: its count is at least this. */
  readonly isCut: boolean;
  readonly redrives: readonly RequestedRedrive[];
}

export interface IncidentPage {
  /** Newest first. */
  readonly incidents: readonly IncidentView[];
  /** Every incident that went on since then is on this page or one before it, milliseconds since the epoch. */
  readonly lookedBackTo: number;
  /** Where the next page ends; absent when nothing older is kept. */
  readonly before?: number;
}

export interface FailureSample {
  readonly executionId: string;
  readonly error: string;
  readonly message: string;
}

const HOUR_MS = 3_600_000;
/** How far a page looks back; less when more failed than a page lists. Five minutes at last, with 67 failures a second. */
const LOOK_BACKS_MS = [24 * HOUR_MS, HOUR_MS, HOUR_MS / 12] as const;
/** An incident that began up to this long before the page does is seen whole. */
const BEGUN_BEFORE_MS = HOUR_MS;
/** Calls for one look, each of up to 1,000 failures: half a second, and 0.0001 $. */
const MAX_LISTINGS = 20;
/** For one incident, whose redrive must miss none of its orders: 100,000 failures. */
const MAX_LISTINGS_OF_ONE = 100;

/** Incidents, folded from the index of failures whenever they are asked for. */
export class Incidents {
  readonly #options: IncidentsOptions;
  readonly #redrives: IncidentRedrives;

  constructor(options: IncidentsOptions) {
    this.#options = options;
    this.#redrives = new IncidentRedrives(options);
  }

  /** The incidents whose last failure is before an instant. @throws StorageError when S3 refuses or cannot be reached. */
  async page(oldest: number, before?: number): Promise<IncidentPage> {
    const now = this.#options.clock.now();
    const until = before ?? now;
    const { failures, lookedBackTo, isCut } = await this.#listBack(until, before);
    const redrives = await this.#redrives.since(lookedBackTo - BEGUN_BEFORE_MS);
    const incidents = foldIncidents(failures, redrivenSince(redrives), now)
      .filter(({ failures: own }) => isOnPage(own.at(-1)?.detectedAt ?? 0, lookedBackTo, before))
      .map((incident) => ({ incident, isCut, redrives: redrives.get(incident.id) ?? [] }));
    return { incidents: incidents.reverse(), lookedBackTo, ...(lookedBackTo > oldest && { before: lookedBackTo }) };
  }

  /** `undefined` when no incident begins with that failure. @throws StorageError */
  async find(incidentId: string): Promise<IncidentView | undefined> {
    const first = parseFailureName(incidentId);
    if (first === undefined) return undefined;
    const redrives = await this.#redrives.ofIncident(incidentId);
    const { failures, isCut } = await this.#listRun(first);
    const since = redrivenSince(new Map([[incidentId, redrives]]));
    const incident = foldIncidents(failures, since, this.#options.clock.now()).find(({ id }) => id === incidentId);
    return incident && { incident, isCut, redrives };
  }

  /** Asks for the orders that the incident has now to be redriven: once, however often and by whomever it is asked. */
  async requestRedrive({ incident }: IncidentView): Promise<void> {
    const requestedAt = this.#options.clock.now();
    await this.#redrives.putRequest({ incidentId: incident.id, count: incident.failures.length, requestedAt });
  }

  /** What the record of a failure says; `undefined` when it cannot be read. */
  async sample({ executionId, step }: IndexedFailure): Promise<FailureSample | undefined> {
    try {
      const object = await this.#options.stateStorage.get(stepRecordKey(executionId, step));
      const record = stepRecordSchema.safeParse(object?.body).data;
      if (record?.status !== 'FAILED') return undefined;
      return { executionId, error: record.failure.error, message: record.failure.message };
    } catch (error) {
      if (error instanceof UnreadableObjectError) return undefined;
      throw error;
    }
  }

  /** As far back as the listings last: the newest failures matter most, and S3 lists the oldest first. */
  async #listBack(until: number, before?: number): Promise<FailureListing & { readonly lookedBackTo: number }> {
    let last: FailureListing & { readonly lookedBackTo: number } = { failures: [], isCut: false, lookedBackTo: until };
    for (const lookBackMs of LOOK_BACKS_MS) {
      const lookedBackTo = until - lookBackMs;
      const listing = await listFailures({
        stateStorage: this.#options.stateStorage,
        from: lookedBackTo - BEGUN_BEFORE_MS,
        // Whether an incident went on after this page shows within the gap.
        ...(before !== undefined && { before: before + INCIDENT_GAP_MS + 1 }),
        maxListings: MAX_LISTINGS,
      });
      last = { ...listing, lookedBackTo };
      if (!listing.isCut) break;
    }
    return last;
  }

  /** The failures of one class from its first one on, until nothing more can join. */
  async #listRun(first: IndexedFailure): Promise<FailureListing> {
    const { stateStorage } = this.#options;
    const run: IndexedFailure[] = [];
    const from = first.detectedAt;
    for await (const { failures, isLast } of failurePages({ stateStorage, from, maxListings: MAX_LISTINGS_OF_ONE })) {
      for (const failure of failures) {
        if (failure.detectedAt - (run.at(-1) ?? first).detectedAt > INCIDENT_GAP_MS)
          return { failures: run, isCut: false };
        if (classOf(failure) === classOf(first) && failure.name >= first.name) run.push(failure);
      }
      if (isLast) return { failures: run, isCut: false };
    }
    return { failures: run, isCut: true };
  }
}

function isOnPage(lastAt: number, lookedBackTo: number, before: number | undefined): boolean {
  return lastAt >= lookedBackTo && (before === undefined || lastAt < before);
}

import pLimit from 'p-limit';
import { keyBeforeFailuresAt } from '../workflow/failure-index.ts';
import {
  incidentRedriveDoneSchema,
  incidentRedriveKey,
  incidentRedrivePrefix,
  incidentRedriveSchema,
  parseIncidentRedriveKey,
  type IncidentRedrive,
  type IncidentRedriveDone,
  type IncidentRedriveKey,
} from '../workflow/incident-redrive.ts';
import { FAILURES_PREFIX, INCIDENT_REDRIVES_PREFIX } from '../workflow/keys.ts';
import type { RedrivenSince } from '../workflow/incidents.ts';
import { UnreadableObjectError } from './errors.ts';
import type { ObjectStore, PutIfAbsent } from './object-store.ts';

export interface IncidentRedrivesOptions {
  readonly stateStorage: Pick<ObjectStore, 'list' | 'get' | 'putIfAbsent'>;
}

/** Each is a person's call; whoever makes more in 45 days has a program that makes them. */
const MAX_LISTED = 5_000;
const READS_SIDE_BY_SIDE = 8;

/** A request as it stands. */
export interface RequestedRedrive extends IncidentRedrive {
  readonly done?: IncidentRedriveDone;
}

/** The requests to redrive incidents, in the state storage. What cannot be read is none of them. */
export class IncidentRedrives {
  readonly #stateStorage: IncidentRedrivesOptions['stateStorage'];

  constructor({ stateStorage }: IncidentRedrivesOptions) {
    this.#stateStorage = stateStorage;
  }

  putRequest(request: IncidentRedrive): Promise<PutIfAbsent> {
    return this.#stateStorage.putIfAbsent(incidentRedriveKey({ kind: 'request', ...request }), request);
  }

  putDone(done: IncidentRedriveDone): Promise<PutIfAbsent> {
    return this.#stateStorage.putIfAbsent(incidentRedriveKey({ kind: 'done', ...done }), done);
  }

  /** Those that nobody has carried out, as far as their keys say. */
  async pending(): Promise<readonly IncidentRedriveKey[]> {
    const keys = await this.#keys(INCIDENT_REDRIVES_PREFIX);
    const isDone = new Set(keys.filter(({ kind }) => kind === 'done').map(nameOf));
    return keys.filter((key) => key.kind === 'request' && !isDone.has(nameOf(key)));
  }

  async read({ incidentId, count }: IncidentRedriveKey): Promise<IncidentRedrive | undefined> {
    const body = await this.#body(incidentRedriveKey({ kind: 'request', incidentId, count }));
    return incidentRedriveSchema.safeParse(body).data;
  }

  /** All of one incident, the first one first. */
  async ofIncident(incidentId: string): Promise<readonly RequestedRedrive[]> {
    return this.#readAll(await this.#keys(incidentRedrivePrefix(incidentId)));
  }

  /** All of incidents that began from an instant on, by incident; the first one first. */
  async since(instant: number): Promise<ReadonlyMap<string, readonly RequestedRedrive[]>> {
    // Incidents are named as failures are, so their requests sort alike.
    const before = keyBeforeFailuresAt(instant).slice(FAILURES_PREFIX.length);
    const requests = await this.#readAll(
      await this.#keys(INCIDENT_REDRIVES_PREFIX, `${INCIDENT_REDRIVES_PREFIX}${before}`),
    );
    const byIncident = new Map<string, RequestedRedrive[]>();
    for (const request of requests)
      byIncident.set(request.incidentId, [...(byIncident.get(request.incidentId) ?? []), request]);
    return byIncident;
  }

  async #readAll(keys: readonly IncidentRedriveKey[]): Promise<readonly RequestedRedrive[]> {
    const limit = pLimit(READS_SIDE_BY_SIDE);
    const isDone = new Set(keys.filter(({ kind }) => kind === 'done').map(nameOf));
    const read = keys
      .filter(({ kind }) => kind === 'request')
      .map((key) => limit(() => this.#requested(key, isDone.has(nameOf(key)))));
    const requests = (await Promise.all(read)).filter((request) => request !== undefined);
    return requests.sort((a, b) => a.requestedAt - b.requestedAt);
  }

  async #requested(key: IncidentRedriveKey, isDone: boolean): Promise<RequestedRedrive | undefined> {
    const request = await this.read(key);
    if (request === undefined) return undefined;
    const body = isDone ? await this.#body(incidentRedriveKey({ ...key, kind: 'done' })) : undefined;
    const { data: done } = incidentRedriveDoneSchema.safeParse(body);
    return { ...request, ...(done && { done }) };
  }

  async #keys(prefix: string, startAfter?: string): Promise<readonly IncidentRedriveKey[]> {
    const keys: IncidentRedriveKey[] = [];
    for await (const { key } of this.#stateStorage.list(prefix, startAfter)) {
      const parsed = parseIncidentRedriveKey(key);
      if (parsed !== undefined) keys.push(parsed);
      if (keys.length >= MAX_LISTED) break;
    }
    return keys;
  }

  async #body(key: string): Promise<unknown> {
    try {
      return (await this.#stateStorage.get(key))?.body;
    } catch (error) {
      if (error instanceof UnreadableObjectError) return undefined;
      throw error;
    }
  }
}

/** Since when orders of incidents are being redriven: since the first request for each. */
export function redrivenSince(requests: ReadonlyMap<string, readonly RequestedRedrive[]>): RedrivenSince {
  return new Map(
    [...requests].flatMap(([incidentId, [first]]) =>
      first === undefined ? [] : [[incidentId, first.requestedAt] as const],
    ),
  );
}

function nameOf({ incidentId, count }: IncidentRedriveKey): string {
  return `${incidentId}.${count}`;
}

import { URGENCIES, type Urgency } from './urgency.ts';

/** Every so many looks the least urgent goes first: whatever is reported all the time, everything else ends as well. */
const LEAST_URGENT_EVERY = 4;

/**
 * Executions that wait for a look, in the order of their urgency and of their coming. Each urgency has its own room, so
 * that no backlog turns away what is new.
 */
export class WaitingLooks<Look extends { readonly executionId: string }> {
  readonly #capacity: number;
  readonly #newLook: (executionId: string) => Look;
  readonly #lanes: Readonly<Record<Urgency, Map<string, Look>>> = {
    reported: new Map(),
    young: new Map(),
    backlog: new Map(),
  };
  #taken = 0;

  /** @param capacity of each urgency */
  constructor(capacity: number, newLook: (executionId: string) => Look) {
    this.#capacity = capacity;
    this.#newLook = newLook;
  }

  get size(): number {
    return URGENCIES.reduce((sum, urgency) => sum + this.#lanes[urgency].size, 0);
  }

  /** @returns the look that waits, with what was known before put to it; `undefined` when there is no room. */
  admit(executionId: string, urgency: Urgency): Look | undefined {
    const current = URGENCIES.find((each) => this.#lanes[each].has(executionId));
    const known = current && this.#lanes[current].get(executionId);
    if (current !== undefined && URGENCIES.indexOf(current) <= URGENCIES.indexOf(urgency)) return known;
    const lane = this.#lanes[urgency];
    // Something that waits already stays where it is when there is no room before it.
    if (lane.size >= this.#capacity) return known;
    if (current !== undefined) this.#lanes[current].delete(executionId);
    const waiting = known ?? this.#newLook(executionId);
    lane.set(executionId, waiting);
    return waiting;
  }

  has(executionId: string): boolean {
    return URGENCIES.some((urgency) => this.#lanes[urgency].has(executionId));
  }

  /** The next one that may begin, which then waits no more. `mayBegin` is asked once for each urgency that has one. */
  take(isReady: (executionId: string) => boolean, mayBegin: (urgency: Urgency) => boolean): Look | undefined {
    const order = this.#taken % LEAST_URGENT_EVERY === LEAST_URGENT_EVERY - 1 ? URGENCIES.toReversed() : URGENCIES;
    for (const urgency of order) {
      const next = this.#firstReady(urgency, isReady);
      if (next === undefined || !mayBegin(urgency)) continue;
      this.#lanes[urgency].delete(next.executionId);
      this.#taken += 1;
      return next;
    }
    return undefined;
  }

  /** Those of which one could begin. */
  urgencies(isReady: (executionId: string) => boolean): readonly Urgency[] {
    return URGENCIES.filter((urgency) => this.#firstReady(urgency, isReady) !== undefined);
  }

  /** Forgets everything. @returns who waited */
  clear(): readonly Look[] {
    const all = URGENCIES.flatMap((urgency) => [...this.#lanes[urgency].values()]);
    for (const urgency of URGENCIES) this.#lanes[urgency].clear();
    return all;
  }

  #firstReady(urgency: Urgency, isReady: (executionId: string) => boolean): Look | undefined {
    for (const waiting of this.#lanes[urgency].values()) if (isReady(waiting.executionId)) return waiting;
    return undefined;
  }
}

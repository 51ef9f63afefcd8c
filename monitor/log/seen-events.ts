/** Ids remembered at most, some 20 MB: as many as FilterLogEvents gives in ten of its fullest pages. */
const CAPACITY = 100_000;

interface Generation {
  readonly eventIds: Set<string>;
  /** Of its events. */
  newestAt: number;
}

/**
 * Tells repeated log events by their id, with bounded memory. What is forgotten goes half of the capacity at a time: taking
 * the oldest out of a large Map one by one costs V8 a walk over all that were taken out before.
 */
export class SeenEvents {
  readonly #capacity: number;
  #newer: Generation = emptyGeneration();
  #older: Generation = emptyGeneration();
  #forgottenThrough = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** Events after this instant are all remembered: no room was missing for them. Milliseconds since the epoch. */
  get forgottenThrough(): number {
    return this.#forgottenThrough;
  }

  /** Whether the event is new. */
  add(eventId: string, timestamp: number): boolean {
    if (this.has(eventId)) return false;
    if (this.#newer.eventIds.size >= this.#capacity / 2) {
      this.#forgottenThrough = Math.max(this.#forgottenThrough, this.#older.newestAt);
      this.#older = this.#newer;
      this.#newer = emptyGeneration();
    }
    this.#newer.eventIds.add(eventId);
    this.#newer.newestAt = Math.max(this.#newer.newestAt, timestamp);
    return true;
  }

  has(eventId: string): boolean {
    return this.#newer.eventIds.has(eventId) || this.#older.eventIds.has(eventId);
  }

  /** Forgets what lies before the instant, as far as nothing later was inserted beside it. */
  forgetBefore(instant: number): void {
    if (this.#older.newestAt < instant && this.#older.eventIds.size > 0) this.#older = emptyGeneration();
    if (this.#newer.newestAt < instant && this.#newer.eventIds.size > 0) this.#newer = emptyGeneration();
  }
}

function emptyGeneration(): Generation {
  return { eventIds: new Set(), newestAt: 0 };
}

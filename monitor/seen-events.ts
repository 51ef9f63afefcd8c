/** Ids remembered at most. Beyond it the oldest are forgotten: a repetition then costs a look at S3, nothing else. */
const CAPACITY = 200_000;

/** Tells repeated log events by their id, with bounded memory. */
export class SeenEvents {
  readonly #seen = new Map<string, number>();

  /** Whether the event is new. */
  add(eventId: string, timestamp: number): boolean {
    if (this.#seen.has(eventId)) return false;
    if (this.#seen.size >= CAPACITY) this.#forgetOldest();
    this.#seen.set(eventId, timestamp);
    return true;
  }

  /** Forgets what was inserted first and lies before the instant; what arrived out of order is forgotten a little later. */
  forgetBefore(instant: number): void {
    for (const [eventId, timestamp] of this.#seen) {
      if (timestamp >= instant) return;
      this.#seen.delete(eventId);
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** A token bucket that holds one second's worth: so AWS's per-second quotas act on short bursts. */
export class CallRate {
  readonly #callsPerSecond: number;
  readonly #clock: () => number;
  #available: number;
  #filledAt: number;

  constructor(callsPerSecond: number, clock: () => number) {
    this.#callsPerSecond = callsPerSecond;
    this.#clock = clock;
    this.#available = callsPerSecond;
    this.#filledAt = clock();
  }

  take(): 'taken' | 'exceeded' {
    const now = this.#clock();
    const refilled = this.#available + ((now - this.#filledAt) / 1000) * this.#callsPerSecond;
    this.#available = Math.min(this.#callsPerSecond, refilled);
    this.#filledAt = now;
    if (this.#available < 1) return 'exceeded';
    this.#available -= 1;
    return 'taken';
  }
}

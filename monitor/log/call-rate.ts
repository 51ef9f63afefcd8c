import type { Clock } from '../../platform/clock.ts';

const SLOTS = 60;
const SLOT_MS = 1_000;

/** How many calls were made in the last minute, by the second. */
export class CallRate {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #slots = Array.from({ length: SLOTS }, () => ({ second: -1, calls: 0 }));

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  count(): void {
    const second = this.#second();
    const at = second % SLOTS;
    const calls = this.#slots[at]?.second === second ? this.#slots[at].calls : 0;
    this.#slots[at] = { second, calls: calls + 1 };
  }

  get lastMinute(): number {
    const now = this.#second();
    return this.#slots.reduce(
      (sum, { second, calls }) => (second > now - SLOTS && second <= now ? sum + calls : sum),
      0,
    );
  }

  #second(): number {
    return Math.floor(this.#clock.now() / SLOT_MS);
  }
}

/** How many processes may be starting at once, shared by all functions. */
export class StartSlots {
  readonly #size: number;
  readonly #onFreed = new Set<() => void>();
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  take(): boolean {
    if (this.#taken >= this.#size) return false;
    this.#taken += 1;
    return true;
  }

  free(): void {
    this.#taken -= 1;
    for (const listener of this.#onFreed) listener();
  }

  /** The listener is called after every freed slot. */
  onFreed(listener: () => void): void {
    this.#onFreed.add(listener);
  }
}

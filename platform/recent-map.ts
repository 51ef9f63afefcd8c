/**
 * A map with bounded memory that forgets what was set longest ago: of the latest settings at least half of its capacity is
 * there, and never more than all of it. What is forgotten goes half of the capacity at a time, because taking the oldest out of
 * a large Map one by one costs V8 a walk over all that were taken out before.
 */
export class RecentMap<K, V> {
  readonly #capacity: number;
  #newer = new Map<K, V>();
  #older = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: K): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  get(key: K): V | undefined {
    return this.#newer.has(key) ? this.#newer.get(key) : this.#older.get(key);
  }

  /** What was there already is as if it had been set now for the first time. */
  set(key: K, value: V): void {
    if (!this.#newer.has(key) && this.#newer.size >= this.#capacity / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#older.delete(key);
    this.#newer.set(key, value);
  }

  delete(key: K): void {
    this.#newer.delete(key);
    this.#older.delete(key);
  }
}

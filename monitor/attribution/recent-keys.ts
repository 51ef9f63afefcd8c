import { RecentMap } from '../../platform/recent-map.ts';

/** Remembers that something was there, with bounded memory: what came long ago is forgotten. */
export class RecentKeys {
  readonly #keys: RecentMap<string, true>;

  constructor(capacity: number) {
    this.#keys = new RecentMap(capacity);
  }

  /** Whether the key is new. */
  add(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.set(key, true);
    return true;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }
}

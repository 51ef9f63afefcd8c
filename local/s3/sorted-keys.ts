/**
 * An ordered set of strings in chunks: inserting moves at most one chunk, finding is two binary searches, and walking on
 * from a place costs what is walked. Half a million keys are about a thousand chunks.
 */
export class SortedKeys {
  readonly #chunks: string[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Does nothing when the key is there. */
  add(key: string): void {
    if (this.#chunks.length === 0) this.#chunks.push([]);
    const chunkIndex = Math.min(
      this.#firstChunk((last) => last < key),
      this.#chunks.length - 1,
    );
    const chunk = this.#chunks[chunkIndex] as string[];
    const at = firstIndex(chunk, (each) => each < key);
    if (chunk[at] === key) return;
    chunk.splice(at, 0, key);
    this.#size += 1;
    if (chunk.length > MOST_KEYS_IN_CHUNK) {
      // Ascending keys, the usual case, leave full chunks behind; keys in the middle split theirs in halves.
      const isAppend = chunkIndex === this.#chunks.length - 1 && at === chunk.length - 1;
      this.#chunks.splice(chunkIndex + 1, 0, chunk.splice(isAppend ? MOST_KEYS_IN_CHUNK : MOST_KEYS_IN_CHUNK / 2));
    }
  }

  delete(key: string): void {
    const chunkIndex = this.#firstChunk((last) => last < key);
    const chunk = this.#chunks[chunkIndex];
    if (!chunk) return;
    const at = firstIndex(chunk, (each) => each < key);
    if (chunk[at] !== key) return;
    chunk.splice(at, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(chunkIndex, 1);
  }

  /** A cursor on the first key that is not `before`, which must hold for a leading run of the keys and for no other. */
  seek(before: (key: string) => boolean): KeyCursor {
    const chunkIndex = this.#firstChunk(before);
    const chunk = this.#chunks[chunkIndex];
    return new KeyCursor(this.#chunks, chunkIndex, chunk ? firstIndex(chunk, before) : 0);
  }

  #firstChunk(before: (last: string) => boolean): number {
    return firstIndex(this.#chunks, (chunk) => before(chunk[chunk.length - 1] as string));
  }
}

/** Valid until the set changes. */
export class KeyCursor {
  readonly #chunks: readonly (readonly string[])[];
  #chunk: number;
  #at: number;

  constructor(chunks: readonly (readonly string[])[], chunk: number, at: number) {
    this.#chunks = chunks;
    this.#chunk = chunk;
    this.#at = at;
  }

  get key(): string | undefined {
    return this.#chunks[this.#chunk]?.[this.#at];
  }

  advance(): void {
    this.#at += 1;
    if (this.#at < (this.#chunks[this.#chunk]?.length ?? 0)) return;
    this.#chunk += 1;
    this.#at = 0;
  }
}

const MOST_KEYS_IN_CHUNK = 512;

function firstIndex<T>(items: readonly T[], before: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && before(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

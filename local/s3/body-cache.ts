import type { StoredObject } from './bucket.ts';

/** Small bodies that were written or read lately: an event makes its function read at once what was just written. */
export class BodyCache {
  readonly #bodies = new Map<StoredObject, Buffer>();
  readonly #mostBytes: number;
  readonly #mostBodyBytes: number;
  #bytes = 0;

  constructor(mostBytes = 48 * 1024 * 1024, mostBodyBytes = 128 * 1024) {
    this.#mostBytes = mostBytes;
    this.#mostBodyBytes = mostBodyBytes;
  }

  get(object: StoredObject): Buffer | undefined {
    const body = this.#bodies.get(object);
    if (body) {
      this.#bodies.delete(object);
      this.#bodies.set(object, body);
    }
    return body;
  }

  /** @param body must not share memory with something larger: the cache could not count that. */
  put(object: StoredObject, body: Buffer): void {
    if (body.length > this.#mostBodyBytes) return;
    this.forget(object);
    this.#bodies.set(object, body);
    this.#bytes += cost(body);
    for (const [oldest] of this.#bodies) {
      if (this.#bytes <= this.#mostBytes) return;
      this.forget(oldest);
    }
  }

  forget(object: StoredObject): void {
    const body = this.#bodies.get(object);
    if (!body) return;
    this.#bodies.delete(object);
    this.#bytes -= cost(body);
  }
}

/** An entry costs more than its body: the buffer object, the map's slot, the record's header beside the body. */
function cost(body: Buffer): number {
  return body.length + 500;
}

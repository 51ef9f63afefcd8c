export interface StoredLine {
  readonly eventId: string;
  readonly streamName: string;
  readonly timestamp: number;
  readonly message: string;
  readonly deliveredAt: number;
  /** FilterLogEvents gives it twice. */
  readonly isTwin: boolean;
}

type Filter = (message: string) => boolean;

/** Lines in the order of their own time. What is asked for again and again is matched once. */
class Timeline {
  readonly #lines: StoredLine[] = [];

  add(line: StoredLine): void {
    let position = this.#lines.length;
    while (position > 0 && (this.#lines[position - 1]?.timestamp ?? 0) > line.timestamp) position -= 1;
    this.#lines.splice(position, 0, line);
  }

  between(from: number, to: number): readonly StoredLine[] {
    const first = this.#positionAt(from);
    const found: StoredLine[] = [];
    for (let position = first; position < this.#lines.length; position += 1) {
      const line = this.#lines[position];
      if (line === undefined || line.timestamp > to) break;
      found.push(line);
    }
    return found;
  }

  #positionAt(instant: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle]?.timestamp ?? 0) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Patterns kept with what matches them: a monitor has a handful that never change. */
const KEPT_PATTERNS = 8;
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}/;

export class LogIndex {
  readonly #all: StoredLine[] = [];
  readonly #timeline = new Timeline();
  readonly #kept = new Map<string, { readonly timeline: Timeline; readonly matches: Filter; next: number }>();
  readonly #parse: (pattern: string) => Filter;

  constructor(parse: (pattern: string) => Filter) {
    this.#parse = parse;
  }

  get size(): number {
    return this.#all.length;
  }

  add(line: StoredLine): void {
    this.#all.push(line);
    this.#timeline.add(line);
  }

  /** Both ends belong to the window, as FilterLogEvents has it. */
  find(pattern: string, from: number, to: number): readonly StoredLine[] {
    const kept = this.#keptFor(pattern);
    if (kept === undefined) {
      const matches = this.#parse(pattern);
      return this.#timeline.between(from, to).filter(({ message }) => matches(message));
    }
    for (; kept.next < this.#all.length; kept.next += 1) {
      const line = this.#all[kept.next];
      if (line !== undefined && kept.matches(line.message)) kept.timeline.add(line);
    }
    return kept.timeline.between(from, to);
  }

  #keptFor(pattern: string) {
    const found = this.#kept.get(pattern);
    // A pattern with a request id in it is asked for once or twice.
    if (found !== undefined || this.#kept.size >= KEPT_PATTERNS || REQUEST_ID.test(pattern)) return found;
    const made = { timeline: new Timeline(), matches: this.#parse(pattern), next: 0 };
    this.#kept.set(pattern, made);
    return made;
  }
}

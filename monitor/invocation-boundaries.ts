import type { LogEvent } from './log-event.ts';

/** Where an event stands in its stream: its time, and, within one page of the log, its order on that page. */
export interface Place {
  readonly timestamp: number;
  readonly page: number;
  readonly index: number;
}

/** Whose a line without a request id is, by the lines around it. */
export type Surroundings =
  /** The START before it and the END behind it are of one invocation, and nothing lies between. */
  | { readonly kind: 'within'; readonly requestId: string }
  /** The END behind it is of this invocation, whose START has not been seen. */
  | { readonly kind: 'start-missing'; readonly requestId: string }
  /** Nothing behind it has been seen. */
  | { readonly kind: 'open' }
  /** Before a START or behind an END: of no invocation, or lines are missing. */
  | { readonly kind: 'between' }
  /** Something of the same millisecond was on another page, so that nobody knows which came first. */
  | { readonly kind: 'unclear' };

export interface Run {
  readonly startedAt: Place;
  readonly endedAt: Place;
}

interface Boundary extends Place {
  readonly eventId: string;
  readonly requestId: string;
  readonly kind: 'start' | 'end';
  /** Counts what was added to any stream. */
  readonly addedAs: number;
}

/** As many as Lambda runs side by side in an account by default, several times over. The one longest unheard goes. */
const MAX_STREAMS = 5_000;
/**
 * Of a stream: some ten invocations. What was learned first goes first, and not what is oldest, or a boundary that was looked
 * up for an earlier line would go at once. What is missing is looked up in the log when it is needed.
 */
const MAX_BOUNDARIES = 32;

/**
 * Where invocations begin and end in each stream. A stream runs one invocation at a time, so a line between START and END
 * of one request is of that request, whatever else was lost: this is what makes it a proof and no guess.
 */
export class InvocationBoundaries {
  readonly #streams = new Map<string, Boundary[]>();
  #added = 0;

  /** Whether it is new. */
  add(kind: Boundary['kind'], requestId: string, { streamName, eventId }: LogEvent, place: Place): boolean {
    const boundaries = this.#streams.get(streamName) ?? [];
    if (boundaries.some((known) => known.eventId === eventId)) return false;
    const at = boundaries.findIndex((known) => compare(known, place) > 0);
    this.#added += 1;
    boundaries.splice(at === -1 ? boundaries.length : at, 0, {
      ...place,
      eventId,
      requestId,
      kind,
      addedAs: this.#added,
    });
    if (boundaries.length > MAX_BOUNDARIES) removeFirstAdded(boundaries);
    this.#streams.delete(streamName);
    this.#streams.set(streamName, boundaries);
    if (this.#streams.size > MAX_STREAMS) {
      const [oldest] = this.#streams.keys();
      if (oldest !== undefined) this.#streams.delete(oldest);
    }
    return true;
  }

  around(streamName: string, place: Place): Surroundings {
    const boundaries = this.#streams.get(streamName) ?? [];
    if (boundaries.some((boundary) => isUnordered(boundary, place))) return { kind: 'unclear' };
    const behind = boundaries.findIndex((boundary) => compare(boundary, place) > 0);
    const after = boundaries[behind];
    if (after === undefined) return { kind: 'open' };
    const before = boundaries[behind - 1];
    if (after.kind === 'start') return { kind: 'between' };
    if (before === undefined || before.requestId !== after.requestId)
      return { kind: 'start-missing', requestId: after.requestId };
    return before.kind === 'start' ? { kind: 'within', requestId: after.requestId } : { kind: 'between' };
  }

  /** Whether the request has ended in this stream, at that place or behind it. */
  hasEnded(streamName: string, requestId: string, place: Place): boolean {
    const boundaries = this.#streams.get(streamName) ?? [];
    return boundaries.some(
      (boundary) =>
        boundary.kind === 'end' && boundary.requestId === requestId && boundary.timestamp >= place.timestamp,
    );
  }

  /** The whole of an invocation that has run once in this stream; `undefined` when a part of it has not been seen. */
  runOf(streamName: string, requestId: string): Run | undefined {
    const own = (this.#streams.get(streamName) ?? []).filter((boundary) => boundary.requestId === requestId);
    const [startedAt, endedAt] = own;
    if (startedAt?.kind !== 'start' || endedAt?.kind !== 'end') return undefined;
    return own.slice(1).every(({ kind }) => kind === 'end') ? { startedAt, endedAt } : undefined;
  }
}

function removeFirstAdded(boundaries: Boundary[]): void {
  const first = Math.min(...boundaries.map(({ addedAs }) => addedAs));
  boundaries.splice(
    boundaries.findIndex(({ addedAs }) => addedAs === first),
    1,
  );
}

/** By time; within a millisecond the order of a page is that of the stream. */
export function compare(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || a.page - b.page || a.index - b.index;
}

export function isUnordered(a: Place, b: Place): boolean {
  return a.timestamp === b.timestamp && a.page !== b.page;
}

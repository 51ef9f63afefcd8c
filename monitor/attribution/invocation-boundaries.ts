import { RecentMap } from '../../platform/recent-map.ts';
import type { LogEvent } from '../classifier/log-event.ts';

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
  /** Counts what was added to any stream, the last time that it was. */
  addedAs: number;
}

/** As many as Lambda runs side by side in an account by default, several times over. Those longest unheard go. */
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
  readonly #longestRunMs: number;
  readonly #streams = new RecentMap<string, Boundary[]>(MAX_STREAMS);
  #added = 0;

  /** @param longestRunMs what began longer ago is over, whether or not its END was seen */
  constructor(longestRunMs: number) {
    this.#longestRunMs = longestRunMs;
  }

  /** Whether it is new. */
  add(kind: Boundary['kind'], requestId: string, { streamName, eventId }: LogEvent, place: Place): boolean {
    const boundaries = this.#streams.get(streamName) ?? [];
    this.#added += 1;
    const same = boundaries.find((known) => known.eventId === eventId);
    if (same !== undefined) {
      same.addedAs = this.#added;
      return false;
    }
    const at = boundaries.findIndex((known) => compare(known, place) > 0);
    boundaries.splice(at === -1 ? boundaries.length : at, 0, {
      ...place,
      eventId,
      requestId,
      kind,
      addedAs: this.#added,
    });
    if (boundaries.length > MAX_BOUNDARIES) removeFirstAdded(boundaries, this.#longestRunMs);
    this.#streams.set(streamName, boundaries);
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

  /** Whether no other invocation is known to have begun in the stream between the one and the other. */
  isSameRun(streamName: string, requestId: string, begunAt: Place, place: Place): boolean {
    if (place.timestamp < begunAt.timestamp) return false;
    return !(this.#streams.get(streamName) ?? []).some(
      (other) =>
        other.kind === 'start' && other.requestId !== requestId && isBefore(begunAt, other) && isBefore(other, place),
    );
  }

  /**
   * Whether the platform's lines alone prove that the invocation ran here and printed what stands at that place. Lines
   * between START and END of another are that one's text, whatever they look like, and it cannot know its own request id
   * to end itself. So every invocation that began before must have ended before, and each that ends behind must have
   * begun behind.
   */
  ranAlone(streamName: string, requestId: string, place?: Place): boolean {
    const boundaries = this.#streams.get(streamName) ?? [];
    const at = boundaries.findIndex((boundary) => boundary.kind === 'start' && boundary.requestId === requestId);
    const startedAt = boundaries[at];
    if (startedAt === undefined) return false;
    if (place !== undefined && !this.isSameRun(streamName, requestId, startedAt, place)) return false;
    if (boundaries.some((other) => other.requestId !== requestId && isUnordered(other, startedAt))) return false;
    const before = boundaries.slice(0, at).filter((one) => startedAt.timestamp - one.timestamp <= this.#longestRunMs);
    const behind = boundaries.slice(at + 1).filter((one) => one.requestId !== requestId);
    return !before.some((one, n) => isOpen(one, before.slice(n))) && behind.every(isBegunIn);
  }
}

function isOpen({ kind, requestId }: Boundary, behind: readonly Boundary[]): boolean {
  return kind === 'start' && !behind.some((one) => one.kind === 'end' && one.requestId === requestId);
}

function isBegunIn({ kind, requestId }: Boundary, n: number, boundaries: readonly Boundary[]): boolean {
  return kind === 'start' || boundaries.slice(0, n).some((one) => one.kind === 'start' && one.requestId === requestId);
}

/** An invocation that has not ended is kept while there are others: it must not be pushed out by what it prints. */
function removeFirstAdded(boundaries: Boundary[], longestRunMs: number): void {
  const byAge = boundaries.toSorted((a, b) => a.addedAs - b.addedAs);
  const newestAt = boundaries.at(-1)?.timestamp ?? 0;
  const mayRun = (one: Boundary) => newestAt - one.timestamp <= longestRunMs && isOpen(one, boundaries);
  const goes = byAge.find((one) => !mayRun(one)) ?? byAge[0];
  if (goes !== undefined) boundaries.splice(boundaries.indexOf(goes), 1);
}

/** By time; within a millisecond the order of a page is that of the stream. */
export function compare(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || a.page - b.page || a.index - b.index;
}

/** For certain. */
function isBefore(a: Place, b: Place): boolean {
  return !isUnordered(a, b) && compare(a, b) < 0;
}

export function isUnordered(a: Place, b: Place): boolean {
  return a.timestamp === b.timestamp && a.page !== b.page;
}

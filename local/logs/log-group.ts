import type { EventPosition, LogEvent } from './log-event.ts';
import { comparePositions } from './log-event.ts';

/** Times in milliseconds since the epoch; absent ones say that the stream holds no line. */
export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly firstEventAt?: number;
  readonly lastEventAt?: number;
  readonly lastIngestionAt?: number;
}

/** The lines of one group in the order in which AWS returns them, and its streams. */
export class LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly #streams = new Map<string, LogStream>();
  #events: LogEvent[] = [];
  #storedBytes = 0;

  constructor(name: string, createdAt: number) {
    this.name = name;
    this.createdAt = createdAt;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** In order. Callers may hold on to it for one page, not longer. */
  get events(): readonly LogEvent[] {
    return this.#events;
  }

  get streams(): ReadonlyMap<string, LogStream> {
    return this.#streams;
  }

  addStream(name: string, createdAt: number): void {
    if (!this.#streams.has(name)) this.#streams.set(name, { name, createdAt });
  }

  add(event: LogEvent): void {
    const last = this.#events.at(-1);
    if (last === undefined || comparePositions(last, event) < 0) this.#events.push(event);
    else this.#events.splice(this.indexAfter(event), 0, event);
    this.#storedBytes += event.message.length;
    this.#noteInStream(event);
  }

  /** The index of the first event at or after an instant. */
  indexAt(timestamp: number): number {
    return this.#firstIndex((event) => event.timestamp >= timestamp);
  }

  /** The index of the first event after a position. */
  indexAfter(position: EventPosition): number {
    return this.#firstIndex((event) => comparePositions(event, position) > 0);
  }

  /** Forgets the lines of a dropped segment, and streams that hold none any more and were not made lately. */
  forgetSegment(segment: number, streamsOlderThan: number): void {
    this.#events = this.#events.filter((event) => event.segment !== segment);
    this.#storedBytes = this.#events.reduce((bytes, event) => bytes + event.message.length, 0);
    const live = new Set(this.#events.map((event) => event.stream));
    for (const stream of this.#streams.values()) {
      const lastUse = stream.lastEventAt ?? stream.createdAt;
      if (!live.has(stream.name) && lastUse < streamsOlderThan) this.#streams.delete(stream.name);
    }
  }

  #noteInStream(event: LogEvent): void {
    const known = this.#streams.get(event.stream);
    this.#streams.set(event.stream, {
      name: event.stream,
      createdAt: known?.createdAt ?? event.ingestionTime,
      firstEventAt: Math.min(known?.firstEventAt ?? Infinity, event.timestamp),
      lastEventAt: Math.max(known?.lastEventAt ?? 0, event.timestamp),
      lastIngestionAt: Math.max(known?.lastIngestionAt ?? 0, event.ingestionTime),
    });
  }

  #firstIndex(holds: (event: LogEvent) => boolean): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#events[middle] as LogEvent)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

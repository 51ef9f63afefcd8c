import { SegmentedFile } from '../logs/segmented-file.ts';
import { Fifo } from './fifo.ts';

export interface QueuedEvent {
  /** The request id of every attempt. */
  readonly id: string;
  readonly functionArn: string;
  readonly enqueuedAt: number;
  /** JSON */
  readonly payload: string;
  /** Attempts that have ended. */
  readonly attempts: number;
  /** Not before this instant; 0 for at once. */
  readonly notBefore: number;
}

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** The file may hold this many times what is queued, and this much on top, before old segments are folded. */
const FILE_SHARE = 4;
const FILE_SLACK_BYTES = 8 * 1024 * 1024;

/** What a record costs beside its payload. */
const RECORD_OVERHEAD_BYTES = 256;

function weightOf(event: QueuedEvent): number {
  return event.payload.length + RECORD_OVERHEAD_BYTES;
}

interface FunctionEvents {
  readonly ready: Fifo<string>;
  /** Ordered by `notBefore`. */
  readonly delayed: QueuedEvent[];
  count: number;
}

interface Stored {
  event: QueuedEvent;
  segment: number;
}

export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/**
 * The events that functions are to be invoked with: in memory, and in a file that survives the process. An event leaves
 * the file only when `end` is called, so an attempt cut short by a kill is made again: at least once, with the same id.
 *
 * Records: `put` with the whole event, `wait` after a failed attempt, `end`. When old segments hold little that is still
 * queued, their events are written again at the end and the segment is deleted, so the file cannot grow for ever.
 */
export class EventQueue {
  readonly #file: SegmentedFile;
  readonly #limits: { readonly eventsPerFunction: number; readonly bytes: number };
  readonly #stored = new Map<string, Stored>();
  readonly #functions = new Map<string, FunctionEvents>();
  #bytes = 0;

  constructor(folder: string, limits: { readonly eventsPerFunction: number; readonly bytes: number }) {
    this.#file = new SegmentedFile({ folder, segmentBytes: SEGMENT_BYTES });
    this.#limits = limits;
  }

  open(): void {
    const found = new Map<string, QueuedEvent>();
    this.#file.open((record) => replay(record, found));
    const old = this.#file.segments().slice(0, -1);
    for (const event of found.values()) this.#hold(event);
    for (const segment of old) this.#file.drop(segment);
  }

  close(): void {
    this.#file.close();
  }

  /** @throws QueueFullError */
  put(event: QueuedEvent): void {
    const { eventsPerFunction, bytes } = this.#limits;
    if (this.waiting(event.functionArn) >= eventsPerFunction || this.#bytes + weightOf(event) > bytes) {
      throw new QueueFullError(
        `The queue of ${event.functionArn} is full: ${String(eventsPerFunction)} events for a function and ` +
          `${String(bytes)} bytes for all are the limits.`,
      );
    }
    this.#hold(event);
  }

  /** Queued for the function, those under way included. */
  waiting(functionArn: string): number {
    return this.#functions.get(functionArn)?.count ?? 0;
  }

  /** The oldest event that may be tried now; it stays in the queue until `end` or `wait`. */
  take(functionArn: string, now: number): QueuedEvent | undefined {
    const events = this.#functions.get(functionArn);
    if (events === undefined) return undefined;
    for (let due = events.delayed[0]; due !== undefined && due.notBefore <= now; due = events.delayed[0]) {
      events.delayed.shift();
      events.ready.push(due.id);
    }
    const id = events.ready.take();
    return id === undefined ? undefined : this.#stored.get(id)?.event;
  }

  /** The oldest event that could be tried now, left where it is. */
  peek(functionArn: string): QueuedEvent | undefined {
    const id = this.#functions.get(functionArn)?.ready.first;
    return id === undefined ? undefined : this.#stored.get(id)?.event;
  }

  /** When the next delayed event is due. */
  nextDueAt(functionArn: string): number | undefined {
    return this.#functions.get(functionArn)?.delayed[0]?.notBefore;
  }

  /** An attempt failed and there will be another. */
  wait(event: QueuedEvent, notBefore: number): void {
    const stored = this.#stored.get(event.id);
    if (stored === undefined) return;
    stored.event = { ...event, notBefore };
    this.#file.append(['wait', event.id, event.attempts, notBefore]);
    this.#delay(stored.event);
  }

  /** Done with, however it ended. */
  end(id: string): void {
    const stored = this.#stored.get(id);
    if (stored === undefined) return;
    this.#stored.delete(id);
    this.#bytes -= weightOf(stored.event);
    const events = this.#functions.get(stored.event.functionArn);
    if (events !== undefined) events.count -= 1;
    this.#file.append(['end', id]);
    this.#fold();
  }

  #hold(event: QueuedEvent): void {
    this.#stored.set(event.id, { event, segment: this.#file.append(['put', event]) });
    this.#bytes += weightOf(event);
    const events = this.#functions.get(event.functionArn) ?? { ready: new Fifo<string>(), delayed: [], count: 0 };
    this.#functions.set(event.functionArn, events);
    events.count += 1;
    if (event.notBefore === 0) events.ready.push(event.id);
    else this.#delay(event);
  }

  #delay(event: QueuedEvent): void {
    const delayed = this.#functions.get(event.functionArn)?.delayed;
    if (delayed === undefined) return;
    // Delays are few and alike, so the place is nearly always the end.
    let index = delayed.length;
    while (index > 0 && (delayed[index - 1] as QueuedEvent).notBefore > event.notBefore) index -= 1;
    delayed.splice(index, 0, event);
  }

  #fold(): void {
    while (this.#file.totalBytes() > FILE_SHARE * this.#bytes + FILE_SLACK_BYTES) {
      const [oldest, ...newer] = this.#file.segments();
      if (oldest === undefined || newer.length === 0) return;
      for (const stored of this.#stored.values()) {
        if (stored.segment === oldest) stored.segment = this.#file.append(['put', stored.event]);
      }
      this.#file.drop(oldest);
    }
  }
}

function replay(record: unknown, found: Map<string, QueuedEvent>): void {
  if (!Array.isArray(record)) return;
  const [kind, subject, attempts, notBefore] = record as readonly unknown[];
  if (kind === 'put') found.set((subject as QueuedEvent).id, subject as QueuedEvent);
  else if (kind === 'end') found.delete(subject as string);
  else if (kind === 'wait') {
    const event = found.get(subject as string);
    if (event !== undefined)
      found.set(event.id, { ...event, attempts: Number(attempts), notBefore: Number(notBefore) });
  }
}

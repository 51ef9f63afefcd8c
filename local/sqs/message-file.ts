import { SegmentedFile } from '../logs/segmented-file.ts';
import { type Message, weightOf } from './message.ts';

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** The file may hold this many times what is held, and this much on top, before old segments are folded. */
const FILE_SHARE = 4;
const FILE_SLACK_BYTES = 8 * 1024 * 1024;

/** The part of a message that a receive changes. */
type Delivery = readonly [receiveCount: number, firstReceivedAt: number | undefined, visibleAt: number];

/**
 * The messages of all queues in a file that survives the process. Records: `put` with the whole message, `deliver` after
 * a receive or a change of visibility, `drop`. When old segments hold little that is still wanted, it is written again
 * at the end and the segment is deleted, so the file cannot grow for ever.
 */
export class MessageFile {
  readonly #file: SegmentedFile;
  readonly #stored = new Map<string, { message: Message; segment: number }>();
  #bytes = 0;

  constructor(folder: string) {
    this.#file = new SegmentedFile({ folder, segmentBytes: SEGMENT_BYTES });
  }

  /** Answers what an earlier process held. */
  open(): readonly Message[] {
    const found = new Map<string, Message>();
    this.#file.open((record) => replay(record, found));
    const old = this.#file.segments().slice(0, -1);
    for (const message of found.values()) this.put(message);
    for (const segment of old) this.#file.drop(segment);
    return [...found.values()];
  }

  close(): void {
    this.#file.close();
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns once the message survives the end of this process. Puts it in the place of the one with its key. */
  put(message: Message): void {
    this.#forget(message.key);
    this.#stored.set(message.key, { message, segment: this.#file.append(['put', message]) });
    this.#bytes += weightOf(message);
  }

  /** The body and everything else that a receive leaves alone is not written again. */
  deliver(message: Message): void {
    const stored = this.#stored.get(message.key);
    if (stored === undefined) throw new Error(`The message ${message.key} is not in the file.`);
    stored.message = message;
    const delivery: Delivery = [message.receiveCount, message.firstReceivedAt, message.visibleAt];
    this.#file.append(['deliver', message.key, delivery]);
    this.#fold();
  }

  drop(key: string): void {
    if (!this.#forget(key)) return;
    this.#file.append(['drop', key]);
    this.#fold();
  }

  #forget(key: string): boolean {
    const stored = this.#stored.get(key);
    if (stored === undefined) return false;
    this.#bytes -= weightOf(stored.message);
    return this.#stored.delete(key);
  }

  #fold(): void {
    while (this.#file.totalBytes() > FILE_SHARE * this.#bytes + FILE_SLACK_BYTES) {
      const [oldest, ...newer] = this.#file.segments();
      if (oldest === undefined || newer.length === 0) return;
      for (const stored of this.#stored.values()) {
        if (stored.segment === oldest) stored.segment = this.#file.append(['put', stored.message]);
      }
      this.#file.drop(oldest);
    }
  }
}

function replay(record: unknown, found: Map<string, Message>): void {
  if (!Array.isArray(record)) return;
  const [kind, subject, delivery] = record as readonly unknown[];
  if (kind === 'put') found.set((subject as Message).key, subject as Message);
  else if (kind === 'drop') found.delete(subject as string);
  else if (kind === 'deliver') {
    const message = found.get(subject as string);
    if (message !== undefined) found.set(message.key, delivered(message, delivery as Delivery));
  }
}

function delivered(message: Message, [receiveCount, firstReceivedAt, visibleAt]: Delivery): Message {
  return { ...message, receiveCount, visibleAt, ...(firstReceivedAt ? { firstReceivedAt } : {}) };
}

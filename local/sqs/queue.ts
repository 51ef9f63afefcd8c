import type { Message } from './message.ts';
import { weightOf } from './message.ts';
import type { QueueConfiguration } from './queue-configuration.ts';

interface Held {
  readonly message: Message;
  /** Orders messages that become visible at the same instant. */
  readonly sequence: number;
}

/**
 * The messages of one queue, in memory. One list, ordered by the instant from which a message can be received, holds
 * them all: its beginning, up to now, is what can be received, the rest is in flight. Nothing has to happen when a
 * visibility timeout ends.
 */
export class Queue {
  configuration: QueueConfiguration;
  #bytes = 0;
  readonly #held = new Map<string, Held>();
  readonly #ordered: Held[] = [];
  #sequence = 0;
  /** No message is older than this; it may be too early after messages were dropped. */
  #oldestSentAt = Infinity;

  constructor(configuration: QueueConfiguration) {
    this.configuration = configuration;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Message | undefined {
    return this.#held.get(key)?.message;
  }

  messages(): readonly Message[] {
    return this.#ordered.map(({ message }) => message);
  }

  /** Adds the message, or puts it in the place of the one with its key. */
  hold(message: Message): void {
    this.drop(message.key);
    const held = { message, sequence: ++this.#sequence };
    this.#held.set(message.key, held);
    this.#ordered.splice(this.#indexOf(message.visibleAt, held.sequence), 0, held);
    this.#bytes += weightOf(message);
    this.#oldestSentAt = Math.min(this.#oldestSentAt, message.sentAt);
  }

  drop(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#ordered.splice(this.#indexOf(held.message.visibleAt, held.sequence), 1);
    this.#bytes -= weightOf(held.message);
  }

  visibleCount(now: number): number {
    return this.#indexOf(now, Infinity);
  }

  inFlightCount(now: number): number {
    return this.#ordered.length - this.visibleCount(now);
  }

  /** The messages that have been visible longest. */
  firstVisible(now: number, count: number): readonly Message[] {
    return this.#ordered.slice(0, Math.min(count, this.visibleCount(now))).map(({ message }) => message);
  }

  /** When the next message in flight becomes visible. */
  nextVisibleAt(now: number): number | undefined {
    return this.#ordered[this.visibleCount(now)]?.message.visibleAt;
  }

  /** Messages that are older than the queue keeps them, visible or not. */
  expired(now: number): readonly Message[] {
    const oldestKept = now - this.configuration.retentionSeconds * 1000;
    if (this.#oldestSentAt > oldestKept) return [];
    const expired: Message[] = [];
    this.#oldestSentAt = Infinity;
    for (const { message } of this.#ordered) {
      if (message.sentAt <= oldestKept) expired.push(message);
      else this.#oldestSentAt = Math.min(this.#oldestSentAt, message.sentAt);
    }
    return expired;
  }

  /** The place of a message in the list, or the one where it belongs. */
  #indexOf(visibleAt: number, sequence: number): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const held = this.#ordered[middle] as Held;
      const isBefore =
        held.message.visibleAt < visibleAt || (held.message.visibleAt === visibleAt && held.sequence < sequence);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import { type Conditions, drawFrom, seededRandom } from '../conditions.ts';
import type { EventTarget } from '../ports.ts';
import { eventOf } from './event-record.ts';
import type { PendingNotification } from './store.ts';

export interface DeliveryOptions {
  readonly target: EventTarget;
  readonly conditions: Conditions;
  /** Writes down that these need no delivery after a restart. */
  readonly handedOver: (sequences: readonly number[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Hand-overs under way at once. */
const MOST_AT_ONCE = 64;
/** Waits of 100 ms doubling to 5 s: a target that is down for 40 s gets its events; what it refuses for longer is dropped. */
const MOST_TRIES = 14;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** Markers are written this late and together: a crash meanwhile costs duplicates, which S3 may deliver anyway. */
const MARKER_DELAY_MS = 50;

export class NotificationDroppedError extends Error {
  override readonly name = 'NotificationDroppedError';
}

/** Brings notifications to their functions' queue: at least once, in no order, as late as the weather has it. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #loss: () => number;
  readonly #duplicates: () => number;
  readonly #delay: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #ready: { readonly notification: PendingNotification; readonly tries: number }[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #marked = new Set<number>();
  #markerTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { seed } = options.conditions;
    this.#loss = seededRandom(seed, 's3-event-loss');
    this.#duplicates = seededRandom(seed, 's3-event-duplicates');
    this.#delay = seededRandom(seed, 's3-event-delay');
  }

  deliver(notification: PendingNotification): void {
    const { conditions } = this.#options;
    if (this.#loss() < conditions.eventLoss) return this.#mark(notification.sequence);
    const copies = this.#duplicates() < conditions.eventDuplicates ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#after(drawFrom(conditions.eventDelayMs, this.#delay), { notification, tries: 0 });
    }
  }

  /** What is under way ends, the rest stays pending in the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#ready.length = 0;
    await Promise.all(this.#underWay);
    await this.#flushMarks();
  }

  #after(delayMs: number, next: { readonly notification: PendingNotification; readonly tries: number }): void {
    if (delayMs < 1) {
      this.#ready.push(next);
      this.#fill();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#ready.push(next);
      this.#fill();
    }, delayMs);
    this.#timers.add(timer);
  }

  #fill(): void {
    while (!this.#stopped && this.#underWay.size < MOST_AT_ONCE) {
      const next = this.#ready.shift();
      if (!next) return;
      const handOver = this.#handOver(next.notification, next.tries + 1).finally(() => {
        this.#underWay.delete(handOver);
        this.#fill();
      });
      this.#underWay.add(handOver);
    }
  }

  async #handOver(notification: PendingNotification, tries: number): Promise<void> {
    try {
      await this.#options.target.enqueue(notification.functionArn, eventOf(notification));
    } catch (error) {
      if (this.#stopped) return;
      if (tries < MOST_TRIES) {
        return this.#after(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)), { notification, tries });
      }
      const { bucket, key, functionArn } = notification;
      const message = `the event of ${bucket}/${key} was refused ${tries} times by the queue of ${functionArn}; dropped`;
      this.#options.onFault(new NotificationDroppedError(message, { cause: error }));
    }
    this.#mark(notification.sequence);
  }

  #mark(sequence: number): void {
    this.#marked.add(sequence);
    this.#markerTimer ??= setTimeout(() => {
      this.#flushMarks().catch(this.#options.onFault);
    }, MARKER_DELAY_MS);
  }

  async #flushMarks(): Promise<void> {
    clearTimeout(this.#markerTimer);
    this.#markerTimer = undefined;
    if (this.#marked.size === 0) return;
    const sequences = [...this.#marked];
    this.#marked.clear();
    await this.#options.handedOver(sequences);
  }
}

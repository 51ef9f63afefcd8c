import { randomUUID } from 'node:crypto';
import type { SqsLimits } from './limits.ts';
import { type Message, weightOf } from './message.ts';
import { MessageFile } from './message-file.ts';
import { queueNameIn } from './queue-address.ts';
import { configurationOf, MAX_RETENTION_SECONDS, type NewQueue } from './queue-configuration.ts';
import { Queue } from './queue.ts';
import type { Receipt } from './receipt-handle.ts';
import { SqsError } from './sqs-error.ts';

export interface QueueStoreOptions {
  readonly folder: string;
  readonly limits: SqsLimits;
  readonly now: () => number;
  /** Asked once for each message that is sent. */
  readonly isDuplicated: () => boolean;
  /** Called when a queue may have more to receive than a moment ago. */
  readonly onMore: (queueName: string) => void;
}

export interface ReceiveOptions {
  readonly count: number;
  readonly visibilityTimeoutMs: number;
}

/** All queues: in memory, and each change in the file before anybody is told of it. */
export class QueueStore {
  readonly #options: QueueStoreOptions;
  readonly #file: MessageFile;
  readonly #queues = new Map<string, Queue>();
  /** Of queues that an earlier process had and nobody has created yet. */
  readonly #left = new Map<string, Message[]>();
  #isOpen = false;

  constructor(options: QueueStoreOptions) {
    this.#options = options;
    this.#file = new MessageFile(options.folder);
  }

  open(): void {
    this.#isOpen = true;
    const oldestKept = this.#options.now() - MAX_RETENTION_SECONDS * 1000;
    for (const message of this.#file.open()) {
      // Also of a queue that is never created again: no queue may keep it longer.
      if (message.sentAt <= oldestKept) this.#file.drop(message.key);
      else this.#leave(message);
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#file.close();
  }

  get(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Creates or adjusts; the messages that are there stay. @throws SqsError; Error before `open` */
  create(asked: NewQueue): void {
    if (!this.#isOpen) throw new Error(`The queue ${asked.name} cannot be created before SQS is started.`);
    const configuration = configurationOf(asked);
    this.#checkRedrive(asked);
    const known = this.#queues.get(asked.name);
    if (known !== undefined) {
      known.configuration = configuration;
      return;
    }
    const queue = new Queue(configuration);
    for (const message of this.#left.get(asked.name) ?? []) queue.hold(message);
    this.#left.delete(asked.name);
    this.#queues.set(asked.name, queue);
  }

  /** @throws SqsError RequestThrottled when no more is held */
  send(queue: Queue, body: string): Message {
    const now = this.#options.now();
    const queueName = queue.configuration.name;
    const id = randomUUID();
    const message: Message = { key: id, id, queueName, body, sentAt: now, receiveCount: 0, visibleAt: now };
    this.#makeRoomFor(weightOf(message));
    this.#put(queue, message);
    if (this.#options.isDuplicated()) this.#put(queue, { ...message, key: `${id}.2` });
    this.#options.onMore(queueName);
    return message;
  }

  /** Answers the messages as they are after this receive; `over-limit` when no more of them may be in flight. */
  receive(queue: Queue, { count, visibilityTimeoutMs }: ReceiveOptions): readonly Message[] | 'over-limit' {
    const now = this.#options.now();
    this.expire(queue);
    this.#moveExhausted(queue, count, now);
    const mayFly = this.#options.limits.inFlightPerQueue - queue.inFlightCount(now);
    if (mayFly <= 0) return 'over-limit';
    return queue.firstVisible(now, Math.min(count, mayFly)).map((message) =>
      this.#deliver(queue, {
        ...message,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
        visibleAt: now + visibilityTimeoutMs,
      }),
    );
  }

  /** Only the newest receipt of a message counts; with an older one nothing is done, as SQS documents it. */
  remove(queue: Queue, receipt: Receipt): 'removed' | 'not-there' {
    const message = held(queue, receipt);
    if (message === undefined) return 'not-there';
    this.#remove(queue, message);
    this.#options.onMore(queue.configuration.name);
    return 'removed';
  }

  changeVisibility(queue: Queue, receipt: Receipt, timeoutMs: number): 'changed' | 'not-there' {
    this.expire(queue);
    const message = held(queue, receipt);
    if (message === undefined) return 'not-there';
    this.#deliver(queue, { ...message, visibleAt: this.#options.now() + timeoutMs });
    this.#options.onMore(queue.configuration.name);
    return 'changed';
  }

  /** Drops what is older than the queue keeps it. Called before anything looks at the queue. */
  expire(queue: Queue): void {
    for (const message of queue.expired(this.#options.now())) this.#remove(queue, message);
  }

  #leave(message: Message): void {
    const left = this.#left.get(message.queueName) ?? [];
    this.#left.set(message.queueName, left);
    left.push(message);
  }

  #checkRedrive({ name, redrivePolicy }: NewQueue): void {
    if (redrivePolicy === undefined) return;
    const target = queueNameIn(redrivePolicy.deadLetterTargetArn);
    if (target === name) {
      throw new SqsError('NotImplemented', `${name} is its own dead-letter queue, which the local SQS does not do.`);
    }
    if (target !== undefined && this.#queues.has(target)) return;
    throw new SqsError(
      'InvalidParameterValue',
      `The dead-letter queue of ${name}, ${redrivePolicy.deadLetterTargetArn}, does not exist; create it first.`,
    );
  }

  /** Messages that would be received once more than the redrive policy lets them go to the dead-letter queue. */
  #moveExhausted(queue: Queue, count: number, now: number): void {
    const { redrivePolicy } = queue.configuration;
    const target = this.#queues.get(queueNameIn(redrivePolicy?.deadLetterTargetArn ?? '') ?? '');
    if (redrivePolicy === undefined || target === undefined) return;
    const queueName = target.configuration.name;
    const isExhausted = (message: Message): boolean => message.receiveCount >= redrivePolicy.maxReceiveCount;
    for (;;) {
      const exhausted = queue.firstVisible(now, count).filter(isExhausted);
      if (exhausted.length === 0) return;
      for (const message of exhausted) {
        queue.drop(message.key);
        this.#put(target, { ...message, queueName, visibleAt: now });
      }
      this.#options.onMore(queueName);
    }
  }

  #makeRoomFor(bytes: number): void {
    const { heldBytes } = this.#options.limits;
    if (this.#file.bytes + bytes <= heldBytes) return;
    for (const queue of this.#queues.values()) this.expire(queue);
    if (this.#file.bytes + bytes <= heldBytes) return;
    throw new SqsError('RequestThrottled', `The local SQS holds at most ${heldBytes} bytes of messages, and is full.`);
  }

  #put(queue: Queue, message: Message): void {
    this.#file.put(message);
    queue.hold(message);
  }

  #deliver(queue: Queue, message: Message): Message {
    this.#file.deliver(message);
    queue.hold(message);
    return message;
  }

  #remove(queue: Queue, message: Message): void {
    this.#file.drop(message.key);
    queue.drop(message.key);
  }
}

function held(queue: Queue, { key, receiveCount }: Receipt): Message | undefined {
  const message = queue.get(key);
  return message?.receiveCount === receiveCount ? message : undefined;
}

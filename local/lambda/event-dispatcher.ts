import { afterFailure, isTooOld, type DiscardCondition } from './event-retry.ts';
import type { EventQueue, QueuedEvent } from './event-queue.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { InvocationResult } from './sandbox.ts';
import type { SandboxPool } from './sandbox-pool.ts';

/** An event that Lambda gave up: what an on-failure destination is told. */
export interface DiscardedEvent {
  readonly functionArn: string;
  /** Of the function: Lambda tells the destination in its name. */
  readonly roleArn: string;
  readonly requestId: string;
  /** JSON */
  readonly payload: string;
  readonly condition: DiscardCondition;
  readonly approximateInvokeCount: number;
  readonly enqueuedAt: number;
  /** The ARN of the on-failure destination, when the function has one. */
  readonly destinationArn: string | undefined;
  /** The last attempt's answer, when there was one: JSON. */
  readonly responsePayload: string | undefined;
}

export interface EventDispatcherOptions {
  readonly queue: EventQueue;
  readonly retryDelaysMs: readonly [number, number];
  readonly onDiscarded: (event: DiscardedEvent) => void;
  readonly onFault: (error: unknown) => void;
}

/** Takes a function's events from the queue while it has capacity, and decides what becomes of each. */
export class EventDispatcher {
  readonly #options: EventDispatcherOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isOpen = false;

  constructor(options: EventDispatcherOptions) {
    this.#options = options;
  }

  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  dispatch(target: LambdaFunction, pool: SandboxPool): void {
    const { queue } = this.#options;
    while (this.#isOpen) {
      if (target.reservedConcurrency !== 0 && !pool.hasCapacity) break;
      const event = queue.take(target.arn, Date.now());
      if (event === undefined) break;
      // No concurrency at all: AWS gives the event up at once and logs nothing.
      if (target.reservedConcurrency === 0) this.#discard(target, event, 'ZeroReservedConcurrency');
      else if (isTooOld(event, target.eventInvokeConfig, Date.now())) this.#discard(target, event, 'EventAgeExceeded');
      else this.#attempt(target, pool, event).catch(this.#options.onFault);
    }
    this.#wakeWhenDue(target, pool);
  }

  /** Gives up events that grew too old while they waited for concurrency. */
  expire(target: LambdaFunction): void {
    const { queue } = this.#options;
    const isExpired = (event: QueuedEvent | undefined): boolean =>
      event !== undefined && isTooOld(event, target.eventInvokeConfig, Date.now());
    while (this.#isOpen && isExpired(queue.peek(target.arn))) {
      const event = queue.take(target.arn, Date.now());
      if (event !== undefined) this.#discard(target, event, 'EventAgeExceeded');
    }
  }

  async #attempt(target: LambdaFunction, pool: SandboxPool, event: QueuedEvent): Promise<void> {
    let result: InvocationResult;
    try {
      result = await pool.admit({ requestId: event.id, payload: event.payload });
    } catch (error) {
      // Cut short by our own end: the event stays in the file, and the next run makes the attempt again.
      if (this.#isOpen) throw error;
      return;
    }
    if (!this.#isOpen) return;
    if (result.functionError === undefined) return this.#options.queue.end(event.id);
    const tried = { ...event, attempts: event.attempts + 1 };
    const next = afterFailure(tried, target.eventInvokeConfig, this.#options.retryDelaysMs, Date.now());
    if (next.kind === 'discard') return this.#discard(target, tried, next.condition, result.payload);
    this.#options.queue.wait(tried, next.at);
    this.#wakeWhenDue(target, pool);
  }

  #discard(target: LambdaFunction, event: QueuedEvent, condition: DiscardCondition, responsePayload?: string): void {
    this.#options.onDiscarded({
      functionArn: event.functionArn,
      roleArn: target.revision.configuration.roleArn,
      requestId: event.id,
      payload: event.payload,
      condition,
      approximateInvokeCount: event.attempts,
      enqueuedAt: event.enqueuedAt,
      destinationArn: target.eventInvokeConfig.onFailureArn,
      responsePayload,
    });
    this.#options.queue.end(event.id);
  }

  #wakeWhenDue(target: LambdaFunction, pool: SandboxPool): void {
    clearTimeout(this.#timers.get(target.arn));
    const dueAt = this.#options.queue.nextDueAt(target.arn);
    if (dueAt === undefined || !this.#isOpen) return;
    const timer = setTimeout(() => this.dispatch(target, pool), Math.max(0, dueAt - Date.now()));
    this.#timers.set(target.arn, timer);
  }
}

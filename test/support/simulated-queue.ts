import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../platform/clock.ts';
import { awsError } from './simulated-errors.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  received: number;
}

/** A minute, as the stack sets it. */
const HIDDEN_MS = 60_000;
/** Of messages that are received again although somebody has them: SQS promises at least once. */
const AGAIN = 0.02;
const POLL_MS = 1_000;

/** A queue in memory behind the client's `send`, with long polls on the simulated clock. */
export class SimulatedQueue {
  readonly client = {
    send: (command: unknown, options?: { readonly abortSignal?: AbortSignal }) =>
      this.#send(command, options?.abortSignal),
  } as unknown as SQSClient;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #messages = new Map<string, Message>();
  #sent = 0;

  constructor({ clock, random }: { readonly clock: Clock; readonly random: () => number }) {
    this.#clock = clock;
    this.#random = random;
  }

  put(body: string): void {
    this.#sent += 1;
    const id = `message-${this.#sent}`;
    this.#messages.set(id, { id, body, visibleAt: this.#clock.now(), received: 0 });
  }

  async #send(command: unknown, abortSignal: AbortSignal | undefined): Promise<unknown> {
    if (command instanceof DeleteMessageCommand) {
      this.#messages.delete(command.input.ReceiptHandle ?? '');
      return {};
    }
    if (!(command instanceof ReceiveMessageCommand)) throw awsError('UnknownOperationException', 400);
    const { MaxNumberOfMessages = 1, WaitTimeSeconds = 0 } = command.input;
    const until = this.#clock.now() + WaitTimeSeconds * 1000;
    for (;;) {
      await this.#clock.sleep(Math.min(POLL_MS, 20 + Math.max(0, until - this.#clock.now())), abortSignal);
      const now = this.#clock.now();
      const ready = [...this.#messages.values()]
        .filter(({ visibleAt }) => visibleAt <= now)
        .slice(0, MaxNumberOfMessages);
      if (ready.length > 0) return { Messages: ready.map((message) => this.#receive(message, now)) };
      if (now >= until) return {};
    }
  }

  #receive(message: Message, now: number): unknown {
    message.received += 1;
    message.visibleAt = this.#random() < AGAIN ? now : now + HIDDEN_MS;
    return {
      MessageId: message.id,
      ReceiptHandle: message.id,
      Body: message.body,
      Attributes: { ApproximateReceiveCount: String(message.received) },
    };
  }
}

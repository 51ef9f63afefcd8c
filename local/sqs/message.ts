/** A message as a queue holds it. Times are milliseconds since the epoch. */
export interface Message {
  /** Names this copy: a duplicate bears the same id under another key. */
  readonly key: string;
  readonly id: string;
  readonly queueName: string;
  readonly body: string;
  readonly sentAt: number;
  /** Across all queues that it has been moved through. */
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  /** Hidden, that is in flight, before this instant. */
  readonly visibleAt: number;
}

/** What a message costs in memory and on disk beside its body. */
const OVERHEAD_BYTES = 512;

export function weightOf(message: Message): number {
  return message.body.length + OVERHEAD_BYTES;
}

/** Bounds of the local SQS. What SQS itself fixes stands beside the parameter that it bounds. */
export interface SqsLimits {
  /** Messages of one queue that are received and not yet deleted. */
  readonly inFlightPerQueue: number;
  /** All messages of all queues: they are held in memory. A full SQS refuses new ones. */
  readonly heldBytes: number;
  /** Receives that wait at the same time. One more is answered at once, which a client must expect anyway. */
  readonly longPolls: number;
}

/**
 * 120,000 is SQS's own quota for a standard queue. SQS stores without an end; a laptop does not: 256 MiB are what the
 * local Lambda queues, too. A control path waits with a few polls, so 1,000 of them are a fault of the caller.
 */
export const DEFAULT_LIMITS: SqsLimits = {
  inFlightPerQueue: 120_000,
  heldBytes: 256 * 1024 * 1024,
  longPolls: 1000,
};

import type { Quantiles } from '../quantiles.ts';

/** One closed loop. Times in milliseconds. */
export interface MeasuredLoop {
  readonly orders: number;
  readonly concurrency: number;
  readonly ordersPerSecond: number;
  /** From the request to the fact that ends the order, stored. */
  readonly endToEndMs: Quantiles;
  /** Processor time per order; empty where the system does not tell. */
  readonly cpuMsPerOrder: Readonly<Record<string, number>>;
}

/** Orders that fail and are recovered. */
export interface MeasuredRecovery extends MeasuredLoop {
  /** From the first line of the log that tells of the failure being readable, to `recovery.json`, stored. */
  readonly readableToRecoveredMs: Quantiles;
  /** From the function's failure, to `recovery.json`, stored. */
  readonly failedToRecoveredMs: Quantiles;
}

export interface WholeWay {
  /** Nothing fails, orders spread over a hundred items. */
  readonly success: readonly MeasuredLoop[];
  /** Nothing fails, every order is of one item. */
  readonly hotItem: readonly MeasuredLoop[];
  /** Payment is denied its objects: its failed event and its log tell of it. */
  readonly fault: readonly MeasuredRecovery[];
  /** The card is declined: the log alone tells, read as often as a region with 5 calls a second allows one monitor. */
  readonly declined: readonly MeasuredRecovery[];
}

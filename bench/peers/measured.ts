import type { Quantiles } from '../quantiles.ts';

/** One closed loop. Times in milliseconds. */
export interface MeasuredLoad {
  readonly orders: number;
  readonly concurrency: number;
  readonly ordersPerSecond: number;
  /** From the request to its last answer: the order has ended, durably. */
  readonly endToEndMs: Quantiles;
  /** Processor time per order, by process; empty where the system does not tell. */
  readonly cpuMsPerOrder: Readonly<Record<string, number>>;
}

export interface MeasuredFailures extends MeasuredLoad {
  /** From payment's failure to its compensation, durable. */
  readonly failedToCompensatedMs: Quantiles;
}

/** What is measured of one contestant in one round. */
export interface MeasuredRound {
  readonly success: readonly MeasuredLoad[];
  readonly failure: readonly MeasuredFailures[];
}

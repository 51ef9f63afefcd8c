import type { Quantiles } from '../quantiles.ts';
import type { MeasuredLoop } from '../whole-way/measured.ts';

export interface MeasuredFailures extends MeasuredLoop {
  /** From payment's failure to its compensation, durable. Milliseconds. */
  readonly failedToCompensatedMs: Quantiles;
  /** Where a failure is found by reading what tells of it: from that being readable. */
  readonly readableToCompensatedMs?: Quantiles;
}

/** What is measured of one contestant in one round. */
export interface MeasuredRound {
  readonly success: readonly MeasuredLoop[];
  readonly failure: readonly MeasuredFailures[];
}

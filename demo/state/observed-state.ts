import type { IdempotencyRecord } from '../../workflow/records.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { StockShard } from '../../booking/stock.ts';

/** Everything that the invariants speak of, as it lies in S3 at one moment at which nothing moves. */
export interface ObservedState {
  readonly executions: readonly Execution[];
  /** Orders whose facts cannot be read, with the reason. */
  readonly unreadable: readonly { readonly executionId: string; readonly reason: string }[];
  /** Execution ids that the monitor has set aside. */
  readonly quarantined: readonly string[];
  readonly items: readonly { readonly itemId: string; readonly units: number }[];
  readonly shards: readonly StockShard[];
  readonly payments: readonly ObservedPayment[];
  readonly keys: readonly IdempotencyRecord[];
}

/** An entry of the ledger; `executionId` is what its key says. */
export interface ObservedPayment {
  readonly executionId: string;
  readonly status: 'captured' | 'cancelled';
  readonly paymentId: string | undefined;
  readonly total: number | undefined;
}

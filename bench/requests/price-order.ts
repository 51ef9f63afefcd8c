import type { Counts } from './count-requests.ts';
import type { LogOfOrder } from './count-log.ts';
import { ASSUMED_FUNCTION, PRICES } from './prices.ts';

/** US dollars per million orders. */
export interface OrderPrice {
  /** Everything that keeps an execution: its facts, the looks at them, the retries, the failed events. */
  readonly orchestration: number;
  /** PUTs among it, per order. */
  readonly orchestrationPuts: number;
  /** Stock and payments. */
  readonly applicationData: number;
  /** The functions' requests and their assumed duration. */
  readonly lambda: number;
  /** What the functions log. */
  readonly logs: number;
  readonly together: number;
}

/** Data of the booking's own: it would be written and read without any orchestration as well. */
const APPLICATION: ReadonlySet<string> = new Set(['stock', 'ledger', 'item']);
const WRITES: ReadonlySet<string> = new Set(['PutObject', 'ListObjectsV2']);
const READS: ReadonlySet<string> = new Set(['GetObject', 'HeadObject']);
const MESSAGES: ReadonlySet<string> = new Set(['ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch']);

/**
 * `counts` per order, by `component operation [status] subject`. A refused call costs what an answered one costs.
 * @throws RangeError for an operation that has no price here.
 */
export function priceOrder(counts: Counts, { invocations, bytes }: LogOfOrder): OrderPrice {
  let orchestration = 0;
  let applicationData = 0;
  let orchestrationPuts = 0;
  for (const [name, count] of Object.entries(counts)) {
    const [, operation = ''] = name.split(' ');
    const subject = name.split(' ').at(-1) ?? '';
    const usd = count * perMillion(operation);
    if (APPLICATION.has(subject)) applicationData += usd;
    else {
      orchestration += usd;
      if (operation === 'PutObject') orchestrationPuts += count;
    }
  }
  const { durationMs, memoryGb } = ASSUMED_FUNCTION;
  const gbSeconds = (durationMs / 1000) * memoryGb;
  const lambda = invocations * (PRICES.lambdaRequestPerMillion + gbSeconds * PRICES.lambdaGbSecond * 1e6);
  const logs = (bytes / 1e9) * PRICES.logsIngestedPerGb * 1e6;
  return {
    orchestration,
    orchestrationPuts,
    applicationData,
    lambda,
    logs,
    together: orchestration + applicationData + lambda + logs,
  };
}

function perMillion(operation: string): number {
  if (WRITES.has(operation)) return PRICES.s3WritePerMillion;
  if (READS.has(operation)) return PRICES.s3ReadPerMillion;
  if (MESSAGES.has(operation)) return PRICES.sqsRequestPerMillion;
  // Counted as an invocation, from the log: there it is one whoever made it.
  if (operation === 'Invoke') return 0;
  throw new RangeError(`${operation} has no price in bench/requests/prices.ts`);
}

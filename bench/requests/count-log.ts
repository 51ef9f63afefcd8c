import { median } from './count-requests.ts';

export interface LoggedLine {
  readonly message: string;
}

export interface LogOfOrder {
  /** How often the order's functions ran: what Lambda bills as requests. */
  readonly invocations: number;
  /** As CloudWatch Logs bills ingestion. */
  readonly bytes: number;
}

/** Counted for each event beside its message. Source: CloudWatch Logs quotas and pricing. */
const EVENT_OVERHEAD_BYTES = 26;
const STARTED = /"step\.started"/;
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/**
 * What the functions log for one order, the median over the orders. A line belongs to an order by its request id, which the
 * first line of a wrapped function ties to the execution. Lines without one (a cold start's) belong to nobody.
 */
export function countLog(lines: readonly LoggedLine[], executionIds: readonly string[]): LogOfOrder {
  const orderOf = new Map<string, string>();
  for (const { message } of lines) {
    if (!STARTED.test(message)) continue;
    const requestId = REQUEST_ID.exec(message)?.[0];
    const executionId = executionIds.find((id) => message.includes(id));
    if (requestId !== undefined && executionId !== undefined) orderOf.set(requestId, executionId);
  }
  const bytes = new Map(executionIds.map((id) => [id, 0]));
  for (const { message } of lines) {
    const executionId = orderOf.get(REQUEST_ID.exec(message)?.[0] ?? '');
    if (executionId === undefined) continue;
    const size = Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    bytes.set(executionId, (bytes.get(executionId) ?? 0) + size);
  }
  const owners = [...orderOf.values()];
  return {
    invocations: median(executionIds.map((id) => owners.filter((owner) => owner === id).length)),
    bytes: median([...bytes.values()]),
  };
}

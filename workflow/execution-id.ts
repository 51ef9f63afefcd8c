import { isExecutionId } from './keys.ts';

/**
 * The instant inside an execution id, milliseconds since the epoch. It comes from the clock of the coordinator that
 * took the order, so it serves to find an order in a listing and never to judge a deadline.
 */
export function instantOf(executionId: string): number {
  if (!isExecutionId(executionId))
    throw new RangeError(`not an execution id (a UUIDv7): ${JSON.stringify(executionId.slice(0, 64))}`);
  return Number.parseInt(executionId.slice(0, 8) + executionId.slice(9, 13), 16);
}

/** The smallest execution id of an instant: where a listing in time order begins. */
export function firstIdAt(instant: number): string {
  const hex = Math.max(0, Math.trunc(instant)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

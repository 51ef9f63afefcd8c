import type { EventInvokeConfig } from './lambda-function.ts';

export type AfterFailure =
  { readonly kind: 'retry'; readonly at: number } | { readonly kind: 'discard'; readonly condition: DiscardCondition };

/**
 * In the words of AWS's destination records. The last one is not in the developer guide, which says only that events go
 * to the destination "without any retries"; it is what LocalStack, which is compared with AWS, writes.
 */
export type DiscardCondition = 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/**
 * What becomes of an asynchronous event whose attempt failed: up to two more, after one and after two minutes, unless it
 * would be too old by then. Source: developer guide, "Error handling for asynchronous invocation".
 */
export function afterFailure(
  event: { readonly enqueuedAt: number; readonly attempts: number },
  config: EventInvokeConfig,
  delaysMs: readonly [number, number],
  now: number,
): AfterFailure {
  if (event.attempts > config.maximumRetryAttempts) return { kind: 'discard', condition: 'RetriesExhausted' };
  const at = now + (event.attempts <= 1 ? delaysMs[0] : delaysMs[1]);
  if (isTooOld(event, config, at)) return { kind: 'discard', condition: 'EventAgeExceeded' };
  return { kind: 'retry', at };
}

export function isTooOld(event: { readonly enqueuedAt: number }, config: EventInvokeConfig, at: number): boolean {
  return at - event.enqueuedAt > config.maximumEventAgeSeconds * 1000;
}

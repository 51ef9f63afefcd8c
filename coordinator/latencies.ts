import type { Execution } from '../workflow/execution.ts';

export interface Latencies {
  /** From taking the order to its end. */
  readonly durationMs?: number;
  /** From when the attempt that failed could begin to when that was found. */
  readonly detectedAfterMs?: number;
  /** From when the failure was found to when everything was undone and read back. */
  readonly recoveredAfterMs?: number;
}

/**
 * How long an order took, how long its failure went unseen, and how long it took to undo. Instants that programs wrote down, not S3's LastModified, which is cut off to whole seconds: so clocks of several machines are compared, and what
 * comes out below zero is zero.
 */
export function latenciesOf({ status, submittedAt, steps, failure, recovery }: Execution): Latencies {
  if (status === 'SUCCEEDED')
    return { durationMs: betweenMs(submittedAt, Math.max(...steps.map(({ endedAt }) => endedAt ?? 0))) };
  if (failure === undefined) return {};
  const index = steps.findIndex(({ name }) => name === failure.step);
  const attempt = steps[index]?.attempts.find((candidate) => candidate.attempt === failure.attempt);
  const before = steps.slice(0, Math.max(0, index)).map(({ endedAt }) => endedAt ?? 0);
  const couldBeginAt = attempt?.invokeAt ?? Math.max(submittedAt, ...before);
  const { recoveredAt } = recovery ?? {};
  return {
    detectedAfterMs: betweenMs(couldBeginAt, failure.detectedAt),
    ...(recoveredAt !== undefined && {
      recoveredAfterMs: betweenMs(failure.detectedAt, recoveredAt),
      durationMs: betweenMs(submittedAt, recoveredAt),
    }),
  };
}

function betweenMs(from: number, to: number): number {
  return Math.max(0, Math.round(to - from));
}

import { indexFailure, type IndexedFailure } from '../../../workflow/failure-index.ts';
import type { Failure } from '../../../workflow/failure.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { aFailure, T0 } from './builders.ts';

export interface SomeFailuresOptions {
  readonly step?: string;
  readonly failure?: Partial<Failure>;
  /** Tells the orders of one call from those of another. */
  readonly n?: number;
  /** When the orders were taken, seconds after T0; as they failed unless it is said. */
  readonly orderedAt?: number;
}

/** Equal failures of one order each, detected at these seconds after T0. */
export function someFailures(
  seconds: readonly number[],
  { step = 'pay', failure = {}, n = 0, orderedAt }: SomeFailuresOptions = {},
): readonly IndexedFailure[] {
  return seconds.map((s, index) => {
    const executionId = anExecutionId({ at: T0 + (orderedAt ?? s) * 1000, n: n * 1000 + index });
    return indexFailure(executionId, step, aFailure({ detectedAt: T0 + s * 1000, ...failure }));
  });
}

import { StorageError } from '../storage/errors.ts';
import { clip, MAX_ERROR_MESSAGE, MAX_ERROR_NAME } from '../workflow/failure.ts';
import type { StepEnded } from '../workflow/step-log.ts';

/** An error as the end line tells it: S3's own code where there is one, and whether trying again may help if that is known. */
export function describeError(thrown: unknown): NonNullable<StepEnded['error']> {
  // Lambda makes an Error of whatever else is thrown, and so names it.
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const name = error instanceof StorageError ? error.code : error.name;
  const retryable = 'retryable' in error && typeof error.retryable === 'boolean' ? error.retryable : undefined;
  return {
    name: clip(name, MAX_ERROR_NAME),
    message: clip(error.message, MAX_ERROR_MESSAGE),
    ...(retryable !== undefined && { retryable }),
  };
}

import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { ResultPlace } from '../../workflow/result-place.ts';

/** The result of a running step whose function writes no record. */
export interface FoundResult {
  readonly step: string;
  /** Which attempt it was that left it, nobody can know: the one under way stands for all. */
  readonly attempt: number;
  readonly place: ResultPlace;
  readonly etag: string;
  /** S3's LastModified, milliseconds since the epoch. */
  readonly leftAt: number;
}

/**
 * Looks for the results of running steps whose functions write no record: one HEAD for each such step. A result that comes
 * after a FAILED record was won is what a function that was given up left behind, and is not looked for.
 *
 * @throws StorageError when S3 does not say whether there is one: then nothing can be held against the step either.
 */
export async function findResults(
  store: Pick<ExecutionStore, 'appStore' | 'stateStorage'>,
  { steps }: Execution,
): Promise<readonly FoundResult[]> {
  const found = steps.map(async ({ name: step, status, result: place, attempts }): Promise<FoundResult[]> => {
    if (status !== 'RUNNING' || place === undefined) return [];
    const object = await store[place.store].head(place.key);
    if (object === undefined) return [];
    const attempt = attempts.at(-1)?.attempt ?? 1;
    return [{ step, attempt, place, etag: object.etag, leftAt: object.lastModifiedAt }];
  });
  return (await Promise.all(found)).flat();
}

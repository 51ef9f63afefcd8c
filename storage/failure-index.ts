import { keyBeforeFailuresAt, parseFailureKey, type IndexedFailure } from '../workflow/failure-index.ts';
import { FAILURES_PREFIX } from '../workflow/keys.ts';
import type { ObjectStore } from './object-store.ts';

export interface ListFailuresOptions {
  readonly stateStorage: Pick<ObjectStore, 'listPage'>;
  /** Milliseconds since the epoch: failures detected from then on. */
  readonly from: number;
  /** And before then; absent: all of them. */
  readonly before?: number;
  /** Each is a call and up to 1,000 failures. */
  readonly maxListings: number;
}

export interface FailureListing {
  /** In the order of their discovery. */
  readonly failures: readonly IndexedFailure[];
  /** There are more, later ones, than the listings could hold. */
  readonly isCut: boolean;
}

/** @throws StorageError when S3 refuses or cannot be reached. */
export async function listFailures({
  stateStorage,
  from,
  before = Number.POSITIVE_INFINITY,
  maxListings,
}: ListFailuresOptions): Promise<FailureListing> {
  const failures: IndexedFailure[] = [];
  for await (const page of failurePages({ stateStorage, from, maxListings })) {
    failures.push(...page.failures.filter(({ detectedAt }) => detectedAt < before));
    if (page.isLast || failures.length < page.seen) return { failures, isCut: false };
  }
  return { failures, isCut: true };
}

interface FailurePage {
  readonly failures: readonly IndexedFailure[];
  readonly isLast: boolean;
  /** How many were listed so far. */
  readonly seen: number;
}

/** Page by page, until the last one or `maxListings`. */
export async function* failurePages({
  stateStorage,
  from,
  maxListings,
}: Omit<ListFailuresOptions, 'before'>): AsyncGenerator<FailurePage, void, undefined> {
  let startAfter = keyBeforeFailuresAt(from);
  let seen = 0;
  for (let listings = 0; listings < maxListings; listings += 1) {
    const { objects, isLast } = await stateStorage.listPage(FAILURES_PREFIX, startAfter);
    const failures = objects.map(({ key }) => parseFailureKey(key)).filter((failure) => failure !== undefined);
    seen += failures.length;
    yield { failures, isLast: isLast || objects.length === 0, seen };
    startAfter = objects.at(-1)?.key ?? startAfter;
  }
}

import type { StartFinding } from '../platform/start-checks.ts';
import { StorageError, StorageUnavailableError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

export interface BucketCheckOptions {
  readonly store: Pick<ObjectStore, 'bucket' | 'listPage' | 'get'>;
  /** Where it has to be allowed to list and to read; ends with a slash. */
  readonly prefix: string;
  /** The environment variable with the bucket's name. */
  readonly variable: string;
}

/** Pass by themselves: a machine that has just come up may have a clock that is wrong, or credentials that ran out. */
const PASSING_CODES = new Set(['RequestTimeTooSkewed', 'ExpiredToken']);

/**
 * Whether a bucket is there and may be listed and read. Writing is not tried: an object under a watched prefix starts
 * functions.
 */
export async function checkBucket({ store, prefix, variable }: BucketCheckOptions): Promise<StartFinding | undefined> {
  try {
    await store.listPage(prefix, undefined, 1);
    // S3 answers for a key that does not exist as well: with 404 to whoever may read it, with 403 to others.
    await store.get(`${prefix}start-check.json`);
    return undefined;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const passes = error instanceof StorageUnavailableError || PASSING_CODES.has(error.code);
    return { isFatal: !passes, why: `${explain(error, store.bucket)} (${variable})` };
  }
}

function explain(error: StorageError, bucket: string): string {
  if (error.code === 'NoSuchBucket') return `bucket ${bucket} does not exist`;
  if (error.code === 'InvalidBucketName') return `${JSON.stringify(bucket)} is not a bucket name`;
  return error.message;
}

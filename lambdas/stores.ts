import { ExecutionStore } from '../storage/execution-store.ts';
import { openBucket } from '../storage/open-bucket.ts';

export interface BucketNames {
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
}

/**
 * A function's stores, made once a process. The clients keep the SDK's defaults: three tries of a request, and no
 * time limit of its own, so that a store that hangs ends as Lambda's timeout, which every monitor understands.
 */
export function createStores({ APP_STORE_BUCKET, STATE_STORAGE_BUCKET }: BucketNames): ExecutionStore {
  return new ExecutionStore({ appStore: openBucket(APP_STORE_BUCKET), stateStorage: openBucket(STATE_STORAGE_BUCKET) });
}

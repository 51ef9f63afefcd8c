import { S3Client } from '@aws-sdk/client-s3';
import { ExecutionStore } from '../storage/execution-store.ts';
import { ObjectStore } from '../storage/object-store.ts';

export interface BucketNames {
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
}

/**
 * A function's stores, made once a process. The client keeps the SDK's defaults: three tries of a request, and no
 * time limit of its own, so that a store that hangs ends as Lambda's timeout, which every monitor understands.
 */
export function createStores({ APP_STORE_BUCKET, STATE_STORAGE_BUCKET }: BucketNames): ExecutionStore {
  const client = new S3Client({});
  return new ExecutionStore({
    appStore: new ObjectStore({ client, bucket: APP_STORE_BUCKET }),
    stateStorage: new ObjectStore({ client, bucket: STATE_STORAGE_BUCKET }),
  });
}

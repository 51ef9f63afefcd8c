import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { ObjectStore } from './object-store.ts';

/**
 * A bucket with an S3 client of its own, which keeps the way that its calls take (`cacheMiddleware`): to put it together
 * for each call anew is a sixth of what a call costs the processor. What calls then share, endpoint and signing region,
 * depends on the bucket, so a client of two buckets could send to one what is meant for the other.
 */
export function openBucket(bucket: string, configuration: Omit<S3ClientConfig, 'cacheMiddleware'> = {}): ObjectStore {
  return new ObjectStore({ client: new S3Client({ ...configuration, cacheMiddleware: true }), bucket });
}

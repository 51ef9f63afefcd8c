import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObjectStore } from '../../../storage/object-store.ts';
import { type RunningS3, runS3 } from '../local-s3/running-s3.ts';
import { objectStoreContract } from './object-store-contract.ts';

objectStoreContract('the local S3', async () => {
  const running = await runS3();
  await running.s3.createBucket({ name: 'stores', versioned: false });
  return { client: running.root, bucket: 'stores', close: () => running.stop() };
});

describe('an object store that the local S3 refuses', () => {
  let running: RunningS3;

  beforeEach(async () => {
    running = await runS3();
    await running.s3.createBucket({ name: 'stores', versioned: false });
  });
  afterEach(() => running.stop());

  const everyCall = (store: ObjectStore) => [
    () => store.get('a.json'),
    () => store.putIfAbsent('a.json', {}),
    () => store.compareAndSet('a.json', {}, { etag: '"1"' }),
    () => store.listPage(''),
  ];

  it('says that the bucket is missing', async () => {
    for (const call of everyCall(new ObjectStore({ client: running.root, bucket: 'no-such-bucket-here' })))
      await expect(call()).rejects.toMatchObject({ name: 'StorageMisconfiguredError', code: 'NoSuchBucket' });
  });

  it('says that the name of the bucket is invalid', async () => {
    for (const call of everyCall(new ObjectStore({ client: running.root, bucket: 'No_Bucket' })))
      await expect(call()).rejects.toMatchObject({ name: 'StorageMisconfiguredError', code: 'InvalidBucketName' });
  });

  it('says that the permission is missing', async () => {
    const elsewhere = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::elsewhere/*' } as const;
    for (const call of everyCall(new ObjectStore({ client: running.roleWith(elsewhere), bucket: 'stores' })))
      await expect(call()).rejects.toMatchObject({ name: 'StorageDeniedError', code: 'AccessDenied' });
  });
});

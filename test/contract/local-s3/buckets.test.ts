import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningS3, runS3 } from './running-s3.ts';

let running: RunningS3;

beforeAll(async () => {
  running = await runS3();
  await running.s3.createBucket({ name: 'stores', versioned: false });
});
afterAll(() => running.stop());

describe('buckets', () => {
  it('refuses a name that no bucket can have, as S3 does, before it looks for the bucket', async () => {
    const role = running.roleWith({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    for (const Bucket of ['Invalid_Bucket', 'ab', 'a..b', '-abc', '192.168.0.1', 'x'.repeat(64)]) {
      const call = role.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
      await expect(call).rejects.toMatchObject({
        name: 'InvalidBucketName',
        message: 'The specified bucket is not valid.',
      });
    }
  });

  it('says NoSuchBucket to anybody who asks for an unknown one', async () => {
    const role = running.roleWith({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::stores/*' });
    for (const client of [running.root, role]) {
      const call = client.send(new GetObjectCommand({ Bucket: 'unknown', Key: 'k' }));
      await expect(call).rejects.toMatchObject({ name: 'NoSuchBucket' });
    }
    await expect(running.root.send(new HeadBucketCommand({ Bucket: 'unknown' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('lists, heads and locates buckets', async () => {
    const { Buckets } = await running.root.send(new ListBucketsCommand({}));
    expect(Buckets).toMatchObject([{ Name: 'stores', CreationDate: expect.any(Date) }]);
    await running.root.send(new HeadBucketCommand({ Bucket: 'stores' }));
    const { LocationConstraint } = await running.root.send(new GetBucketLocationCommand({ Bucket: 'stores' }));
    expect(LocationConstraint ?? '').toBe('');
  });

  it('refuses to create a bucket whose name or policy AWS would refuse', async () => {
    await expect(running.s3.createBucket({ name: 'No', versioned: false })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    });
    const policy = { Statement: [{ Effect: 'Allow' as const, Action: 's3:*', Resource: '*' }] };
    await expect(running.s3.createBucket({ name: 'fine', versioned: false, policy })).rejects.toThrow('Principal');
  });
});

describe('what is not implemented', () => {
  it('is refused by the name of its operation', async () => {
    const Bucket = 'stores';
    const { root } = running;
    const refusals: [string, () => Promise<unknown>][] = [
      ['CopyObject', () => root.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'stores/a' }))],
      ['CreateMultipartUpload', () => root.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' }))],
      ['DeleteObjects', () => root.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }))],
      ['GetBucketVersioning', () => root.send(new GetBucketVersioningCommand({ Bucket }))],
      ['GetObjectTagging', () => root.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))],
      ['ListObjects', () => root.send(new ListObjectsCommand({ Bucket }))],
      ['ListObjectVersions', () => root.send(new ListObjectVersionsCommand({ Bucket }))],
      [
        'PutBucketLifecycleConfiguration',
        () => root.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } })),
      ],
      ['x-amz-tagging', () => root.send(new PutObjectCommand({ Bucket, Key: 'a', Tagging: 'a=b' }))],
      ['aws:kms', () => root.send(new PutObjectCommand({ Bucket, Key: 'a', ServerSideEncryption: 'aws:kms' }))],
    ];
    for (const [name, refusal] of refusals) {
      await expect(refusal()).rejects.toMatchObject({
        name: 'NotImplemented',
        message: expect.stringContaining(name),
        $metadata: { httpStatusCode: 501 },
      });
    }
  });
});

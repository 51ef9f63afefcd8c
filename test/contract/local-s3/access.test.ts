import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../../local/ports.ts';
import { type RunningS3, runS3 } from './running-s3.ts';

let running: RunningS3;

beforeEach(async () => {
  running = await runS3();
  await running.s3.createBucket({ name: 'stores', versioned: false });
  await running.root.send(new PutObjectCommand({ Bucket: 'stores', Key: 'orders/1', Body: 'x' }));
});
afterEach(() => running.stop());

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { name: string; message: string; $metadata: { httpStatusCode: number } }) =>
      `${error.$metadata.httpStatusCode} ${error.name}`,
  );
const get = (client: S3Client, Key: string) => outcome(client.send(new GetObjectCommand({ Bucket: 'stores', Key })));
const put = (client: S3Client, Key: string, more: object = {}) =>
  outcome(client.send(new PutObjectCommand({ Bucket: 'stores', Key, Body: 'y', ...more })));
const allow = (Action: string | string[], Resource: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const setPolicy = (...Statement: unknown[]) =>
  running.root.send(
    new PutBucketPolicyCommand({ Bucket: 'stores', Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );

describe('a role', () => {
  it('may do what its policy allows and nothing else', async () => {
    const role = running.roleWith(allow('s3:GetObject', 'arn:aws:s3:::stores/orders/*'));
    expect(await get(role, 'orders/1')).toBe('done');
    expect(await put(role, 'orders/2')).toBe('403 AccessDenied');
    expect(await get(role, 'ledger/1')).toBe('403 AccessDenied');
    expect(await outcome(role.send(new ListBucketsCommand({})))).toBe('403 AccessDenied');
    expect(await outcome(role.send(new DeleteObjectCommand({ Bucket: 'stores', Key: 'orders/1' })))).toBe(
      '403 AccessDenied',
    );
    expect(await outcome(role.send(new HeadBucketCommand({ Bucket: 'stores' })))).toMatch(/^403/);
  });

  it('hears Access Denied in the words of S3', async () => {
    const role = running.roleWith(allow('s3:GetObject', 'arn:aws:s3:::stores/orders/*'));
    const call = role.send(new PutObjectCommand({ Bucket: 'stores', Key: 'orders/2', Body: 'x' }));
    await expect(call).rejects.toMatchObject({ name: 'AccessDenied', message: 'Access Denied' });
  });

  it('is not told whether a key exists unless it may list the bucket', async () => {
    const blind = running.roleWith(allow('s3:GetObject', 'arn:aws:s3:::stores/*'));
    const seeing = running.roleWith(
      allow('s3:GetObject', 'arn:aws:s3:::stores/*'),
      allow('s3:ListBucket', 'arn:aws:s3:::stores'),
    );
    expect(await get(blind, 'orders/none')).toBe('403 AccessDenied');
    expect(await get(seeing, 'orders/none')).toBe('404 NoSuchKey');
    const head = (client: S3Client) =>
      outcome(client.send(new HeadObjectCommand({ Bucket: 'stores', Key: 'orders/none' })));
    expect(await head(blind)).toMatch(/^403/);
    expect(await head(seeing)).toBe('404 NotFound');
  });

  it('needs the right to read for a compare-and-set', async () => {
    const writer = running.roleWith(allow('s3:PutObject', 'arn:aws:s3:::stores/*'));
    const both = running.roleWith(allow(['s3:PutObject', 's3:GetObject'], 'arn:aws:s3:::stores/*'));
    expect(await put(writer, 'orders/1', { IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' })).toBe('403 AccessDenied');
    expect(await put(both, 'orders/1', { IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' })).toBe('done');
  });

  it('may list only the prefix that its policy names', async () => {
    const role = running.roleWith(
      allow('s3:ListBucket', 'arn:aws:s3:::stores', { Condition: { StringLike: { 's3:prefix': 'orders/*' } } }),
    );
    const list = (Prefix?: string) => outcome(role.send(new ListObjectsV2Command({ Bucket: 'stores', Prefix })));
    expect(await list('orders/')).toBe('done');
    expect(await list('ledger/')).toBe('403 AccessDenied');
    expect(await list()).toBe('403 AccessDenied');
  });

  it('is found by keys that were issued, nobody else', async () => {
    const stranger = running.clientFor({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x', sessionToken: '' });
    expect(await get(stranger, 'orders/1')).toBe('403 InvalidAccessKeyId');
  });
});

describe('a bucket policy', () => {
  it('denies everybody whom it names, the root included, whatever their own policies allow, until it is taken away', async () => {
    const role = running.roleWith(allow('s3:*', '*'));
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::stores/*' });
    expect(await put(role, 'orders/2')).toBe('403 AccessDenied');
    expect(await put(running.root, 'orders/2')).toBe('403 AccessDenied');
    expect(await get(role, 'orders/1')).toBe('done');
    await running.root.send(new DeleteBucketPolicyCommand({ Bucket: 'stores' }));
    expect(await put(role, 'orders/2')).toBe('done');
  });

  it('never locks the root out of the policy itself', async () => {
    const role = running.roleWith(allow('s3:*', '*'));
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' });
    expect(await outcome(role.send(new DeleteBucketPolicyCommand({ Bucket: 'stores' })))).toBe('403 AccessDenied');
    expect(await outcome(running.root.send(new DeleteBucketPolicyCommand({ Bucket: 'stores' })))).toBe('done');
  });

  it('does not keep out loopback when it demands TLS', async () => {
    await setPolicy({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::stores', 'arn:aws:s3:::stores/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(await get(running.root, 'orders/1')).toBe('done');
  });

  it('can demand that nothing is overwritten', async () => {
    await setPolicy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::stores/*',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(await put(running.root, 'new')).toBe('403 AccessDenied');
    expect(await put(running.root, 'new', { IfNoneMatch: '*' })).toBe('done');
  });

  it('is given back as it was put, and its absence is an error of its own', async () => {
    expect(await outcome(running.root.send(new GetBucketPolicyCommand({ Bucket: 'stores' })))).toBe(
      '404 NoSuchBucketPolicy',
    );
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::stores/*' };
    await setPolicy(statement);
    const { Policy = '' } = await running.root.send(new GetBucketPolicyCommand({ Bucket: 'stores' }));
    expect(JSON.parse(Policy)).toEqual({ Version: '2012-10-17', Statement: [statement] });
  });

  it('that could not be honoured is refused, naming what is unknown', async () => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
    const unknownKey = setPolicy({ ...statement, Condition: { StringEquals: { 'aws:SourceVpce': 'x' } } });
    await expect(unknownKey).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message: expect.stringContaining('aws:SourceVpce'),
    });
    const unknownOperator = setPolicy({ ...statement, Condition: { IpAddress: { 'aws:SourceArn': 'x' } } });
    await expect(unknownOperator).rejects.toMatchObject({ message: expect.stringContaining('IpAddress') });
    await expect(setPolicy({ ...statement, Action: undefined, NotAction: 's3:*' })).rejects.toMatchObject({
      message: expect.stringContaining('NotAction'),
    });
    expect(await get(running.root, 'orders/1')).toBe('done');
  });
});

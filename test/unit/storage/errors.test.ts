import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { storageErrorTold, toStorageError, UnreadableObjectError } from '../../../storage/errors.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import { refusedConnection, s3Error } from '../../support/memory-s3.ts';

const client = mockClient(S3Client);
const store = new ObjectStore({ client: new S3Client({}), bucket: 'stores', pause: async () => undefined });

beforeEach(() => {
  client.reset();
});

const withCode = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const withName = (name: string) => Object.assign(new Error('it took too long'), { name });

describe.each([
  ['403', s3Error('AccessDenied', 403), 'StorageDeniedError', 'AccessDenied', false],
  ['403 for a wrong key', s3Error('InvalidAccessKeyId', 403), 'StorageDeniedError', 'InvalidAccessKeyId', false],
  ['401', s3Error('Unauthorized', 401), 'StorageDeniedError', 'Unauthorized', false],
  ['403 without a body', s3Error('Unknown', 403), 'StorageDeniedError', 'AccessDenied', false],
  ['403 named by its number', s3Error('403', 403), 'StorageDeniedError', 'AccessDenied', false],
  ['404 NoSuchBucket', s3Error('NoSuchBucket', 404), 'StorageMisconfiguredError', 'NoSuchBucket', false],
  ['301', s3Error('PermanentRedirect', 301), 'StorageMisconfiguredError', 'PermanentRedirect', false],
  ['400', s3Error('InvalidBucketName', 400), 'StorageMisconfiguredError', 'InvalidBucketName', false],
  ['400 without a body', s3Error('Unknown', 400), 'StorageMisconfiguredError', 'HTTP 400', false],
  [
    'a name the SDK itself refuses',
    withName('InvalidBucketName'),
    'StorageMisconfiguredError',
    'InvalidBucketName',
    false,
  ],
  ['408', s3Error('Unknown', 408), 'StorageUnavailableError', 'HTTP 408', true],
  ['a slow request, 400', s3Error('RequestTimeout', 400), 'StorageUnavailableError', 'RequestTimeout', true],
  [
    'a spent 409',
    s3Error('ConditionalRequestConflict', 409),
    'StorageUnavailableError',
    'ConditionalRequestConflict',
    true,
  ],
  ['429', s3Error('TooManyRequests', 429), 'StorageUnavailableError', 'TooManyRequests', true],
  ['500', s3Error('InternalError', 500), 'StorageUnavailableError', 'InternalError', true],
  ['503', s3Error('SlowDown', 503), 'StorageUnavailableError', 'SlowDown', true],
  ['503 without a body', s3Error('Unknown', 503), 'StorageUnavailableError', 'HTTP 503', true],
  ['a refused connection', refusedConnection(), 'StorageUnavailableError', 'ECONNREFUSED', true],
  [
    'a connection that both address families refused',
    new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
    'StorageUnavailableError',
    'ECONNREFUSED',
    true,
  ],
  ['an unknown host', withCode('ENOTFOUND'), 'StorageUnavailableError', 'ENOTFOUND', true],
  ['a broken connection', withCode('ECONNRESET'), 'StorageUnavailableError', 'ECONNRESET', true],
  ['a timeout', withName('TimeoutError'), 'StorageUnavailableError', 'TimeoutError', true],
  [
    'credentials nobody gives',
    withName('CredentialsProviderError'),
    'StorageUnavailableError',
    'CredentialsProviderError',
    true,
  ],
])('%s', (_case, thrown, name, code, retryable) => {
  const expected = { name, code, retryable, cause: thrown };

  it(`is ${name} ${code} when an object is read`, async () => {
    client.on(GetObjectCommand).rejects(thrown);
    await expect(store.get('a.json')).rejects.toMatchObject({
      ...expected,
      message: `could not read a.json in bucket stores: ${code}`,
    });
  });

  it('is known by its name and message alone', () => {
    const { name: told, message } = toStorageError(thrown, 'could not read orders/a: b.json') as Error;
    expect(storageErrorTold(told, message)).toEqual({ code, retryable });
  });

  it('is the same when one is written', async () => {
    client.on(PutObjectCommand).rejects(thrown);
    await expect(store.putIfAbsent('a.json', {})).rejects.toMatchObject(expected);
    await expect(store.compareAndSet('a.json', {}, { etag: '"1"' })).rejects.toMatchObject(expected);
  });

  it('is the same when some are listed', async () => {
    client.on(ListObjectsV2Command).rejects(thrown);
    await expect(store.listPage('a/')).rejects.toMatchObject(expected);
    await expect(store.list('a/').next()).rejects.toMatchObject(expected);
  });
});

describe('what is no error of S3', () => {
  it.each([
    new TypeError('x is not a function'),
    new UnreadableObjectError('a.json', 'is not JSON'),
    withCode('ERR_INVALID_ARG_TYPE'),
    new AggregateError([new Error('one'), null]),
    'thrown text',
    null,
    undefined,
  ])('comes back as it is: %s', (thrown) => {
    expect(toStorageError(thrown, 'could not read a.json')).toBe(thrown);
  });

  it('passes through the store', async () => {
    const bug = new TypeError('x is not a function');
    client.on(GetObjectCommand).rejects(bug);
    await expect(store.get('a.json')).rejects.toBe(bug);
  });
});

it.each(['Error', 'TypeError', 'UnreadableObjectError', 'ContentionError', 'constructor', ''])(
  'does not take %s for an error of the storage',
  (name) => {
    expect(storageErrorTold(name, 'could not read a.json: AccessDenied')).toBeUndefined();
  },
);

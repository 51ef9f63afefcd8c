import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ItemStore } from '../../../booking/item-store.ts';
import { paymentKey } from '../../../booking/keys.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { StepRecord } from '../../../workflow/records.ts';
import { aTriggerEvent } from '../../support/a-trigger-event.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput, anOrderRecord } from '../../support/an-order.ts';
import {
  APP_STORE_BUCKET,
  memoryStores,
  refusedConnection,
  s3Error,
  STATE_STORAGE_BUCKET,
} from '../../support/memory-s3.ts';

/** The functions as they are deployed, entry point included, on the SDK's own client with a mocked transport. */

const ID = anExecutionId();
/** What recovery writes when it gives payment up. */
const FENCE: StepRecord = {
  executionId: ID,
  step: 'payment',
  attempt: 1,
  endedAt: 0,
  status: 'FAILED',
  writtenBy: 'recovery',
  failure: { kind: 'TIMEOUT', error: 'Timeout', message: 'too slow', signal: 'log', attempt: 1, detectedAt: 0 },
};
const CONTEXT = { awsRequestId: 'request-1', logStreamName: 'stream-1' };
const client = mockClient(S3Client);

let { s3, appStore } = memoryStores();
let lines: { readonly outcome?: string; readonly error?: object }[] = [];

beforeEach(async () => {
  ({ s3, appStore } = memoryStores());
  await new ItemStore({ objects: appStore }).put({
    itemId: 'seat',
    name: 'A seat',
    price: 1250,
    currency: 'EUR',
    units: 80,
  });
  s3.calls.length = 0;
  client.reset();
  client.on(GetObjectCommand).callsFake((input) => s3.send(new GetObjectCommand(input)));
  client.on(PutObjectCommand).callsFake((input) => s3.send(new PutObjectCommand(input)));
  client.on(ListObjectsV2Command).callsFake((input) => s3.send(new ListObjectsV2Command(input)));
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  vi.stubEnv('APP_STORE_BUCKET', APP_STORE_BUCKET);
  vi.stubEnv('STATE_STORAGE_BUCKET', STATE_STORAGE_BUCKET);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const confirm = async () => {
  const { handler } = await import('../../../lambdas/confirm-order/handler.ts');
  return handler(aTriggerEvent(APP_STORE_BUCKET, orderKey(ID), { at: Date.now() }), CONTEXT);
};

const pay = async () => {
  const { handler } = await import('../../../lambdas/payment/handler.ts');
  return handler(aTriggerEvent(STATE_STORAGE_BUCKET, stepRecordKey(ID, 'confirm-order'), { at: Date.now() }), CONTEXT);
};

const outcomes = () => lines.map((line) => line.outcome).filter((outcome) => outcome !== undefined);
const calls = () => s3.calls.map(({ operation, key }) => `${operation} ${key.replace(/^stock\/.*/, 'stock/…')}`);

describe('the functions on the way of an order that succeeds', () => {
  it('make exactly these calls to S3', async () => {
    s3.place(APP_STORE_BUCKET, orderKey(ID), anOrderRecord());
    await confirm();
    expect(calls()).toEqual([
      `GetObject ${orderKey(ID)}`,
      'GetObject stock/…',
      'PutObject stock/…',
      `PutObject ${stepRecordKey(ID, 'confirm-order')}`,
    ]);
    s3.calls.length = 0;
    await pay();
    expect(calls()).toEqual([
      `GetObject ${stepRecordKey(ID, 'confirm-order')}`,
      `PutObject ${paymentKey(ID)}`,
      `PutObject ${stepRecordKey(ID, 'payment')}`,
    ]);
    expect(outcomes()).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('write their records on condition that there is none', async () => {
    s3.place(APP_STORE_BUCKET, orderKey(ID), anOrderRecord());
    await confirm();
    const record = client
      .commandCalls(PutObjectCommand)
      .find((call) => call.args[0].input.Key === stepRecordKey(ID, 'confirm-order'));
    expect(record?.args[0].input).toMatchObject({ Bucket: STATE_STORAGE_BUCKET, IfNoneMatch: '*' });
  });
});

describe('the functions on the ways of the paper that fail', () => {
  beforeEach(async () => {
    s3.place(APP_STORE_BUCKET, orderKey(ID), anOrderRecord());
    await confirm();
    lines = [];
  });

  it.each([
    {
      failure: 'invalid bucket name',
      thrown: s3Error('InvalidBucketName', 400),
      error: { name: 'InvalidBucketName', retryable: false },
    },
    {
      failure: 'access denied',
      thrown: s3Error('AccessDenied', 403),
      error: { name: 'AccessDenied', retryable: false },
    },
    {
      failure: 'database access failure',
      thrown: refusedConnection(),
      error: { name: 'ECONNREFUSED', retryable: true },
    },
  ])('throw and say why: $failure', async ({ thrown, error }) => {
    client.on(PutObjectCommand).rejects(thrown);
    await expect(pay()).rejects.toThrow(error.name);
    expect(lines.at(-1)).toMatchObject({ outcome: 'FAILED', error });
    expect(s3.json(STATE_STORAGE_BUCKET, stepRecordKey(ID, 'payment'))).toBeUndefined();
  });

  it('throw and say why: type error', async () => {
    client.on(GetObjectCommand).resolves({ Body: { transformToString: 'not a function' } as never });
    await expect(pay()).rejects.toThrow(TypeError);
    expect(lines.at(-1)).toMatchObject({ outcome: 'FAILED', error: { name: 'TypeError' } });
  });

  it('end quietly when recovery was faster, and give back nothing themselves', async () => {
    const key = stepRecordKey(ID, 'payment');
    s3.before({ operation: 'PutObject', key }, () => s3.place(STATE_STORAGE_BUCKET, key, FENCE));
    await pay();
    expect(outcomes()).toEqual(['BARRED']);
    expect(s3.json(APP_STORE_BUCKET, paymentKey(ID))).toMatchObject({ status: 'captured' });
  });

  it('record a declined card as a rejection and return', async () => {
    const id = anExecutionId({ n: 1 });
    s3.place(
      APP_STORE_BUCKET,
      orderKey(id),
      anOrderRecord({ executionId: id, input: anOrderInput({ paymentMethod: 'pm_card_chargeDeclined' }) }),
    );
    const [confirmOrder, payment] = await Promise.all([
      import('../../../lambdas/confirm-order/handler.ts'),
      import('../../../lambdas/payment/handler.ts'),
    ]);
    await confirmOrder.handler(aTriggerEvent(APP_STORE_BUCKET, orderKey(id), { at: Date.now() }), CONTEXT);
    await payment.handler(
      aTriggerEvent(STATE_STORAGE_BUCKET, stepRecordKey(id, 'confirm-order'), { at: Date.now() }),
      CONTEXT,
    );
    expect(s3.json(STATE_STORAGE_BUCKET, stepRecordKey(id, 'payment'))).toMatchObject({
      status: 'FAILED',
      failure: { kind: 'REJECTED', error: 'CardDeclined' },
    });
  });
});

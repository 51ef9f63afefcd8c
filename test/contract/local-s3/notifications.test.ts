import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import type { LambdaNotification } from '../../../local/s3/notification-config.ts';
import { recordEvents, type RunningS3, runS3, type RunOptions } from './running-s3.ts';

const CONFIRM = 'arn:aws:lambda:us-east-1:000000000000:function:confirm';
const PAY = 'arn:aws:lambda:us-east-1:000000000000:function:pay';

const notification = (more: Partial<LambdaNotification> = {}): LambdaNotification => ({
  id: 'n',
  functionArn: CONFIRM,
  events: ['s3:ObjectCreated:*'],
  prefix: 'orders/',
  suffix: '.json',
  ...more,
});

const opened: RunningS3[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function start(options: RunOptions = {}, notifications = [notification()]): Promise<RunningS3> {
  const running = await runS3(options);
  opened.push(running);
  await running.s3.createBucket({ name: 'stores', versioned: true, notifications });
  return running;
}

const put = ({ root }: RunningS3, Key: string, more: object = {}) =>
  root.send(new PutObjectCommand({ Bucket: 'stores', Key, Body: 'body', ...more }));
const keysOf = ({ events }: RunningS3) => events.received.map(({ payload }) => payload.Records[0]?.s3.object.key);

describe('a notification', () => {
  it('tells the function whose filter matches what was put, in the words of S3', async () => {
    const running = await start({ clock: () => Date.parse('2026-01-02T03:04:05.678Z') });
    await put(running, 'orders/1.txt');
    await put(running, 'other/1.json');
    const { VersionId, ETag = '' } = await put(running, 'orders/red flower+ü(1).json');
    await running.events.count(1);
    expect(running.events.received).toHaveLength(1);
    expect(running.events.received[0]).toMatchObject({
      functionArn: CONFIRM,
      payload: {
        Records: [
          {
            eventVersion: expect.stringMatching(/^2\./),
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            eventTime: '2026-01-02T03:04:05.678Z',
            s3: {
              configurationId: 'n',
              bucket: { name: 'stores', arn: 'arn:aws:s3:::stores' },
              object: {
                key: 'orders/red+flower%2B%C3%BC%281%29.json',
                size: 4,
                eTag: ETag.replaceAll('"', ''),
                versionId: VersionId,
                sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
              },
            },
          },
        ],
      },
    });
  });

  it('has a sequencer that grows with each write of a key', async () => {
    const running = await start();
    for (let write = 0; write < 20; write++) await put(running, 'orders/1.json', { Body: String(write) });
    await running.events.count(20);
    const sequencers = running.events.received.map(({ payload }) => payload.Records[0]?.s3.object.sequencer);
    expect(new Set(sequencers).size).toBe(20);
    expect([...sequencers].sort()).toEqual(sequencers);
  });

  it('is not sent for a write that lost', async () => {
    const running = await start();
    await put(running, 'orders/1.json', { IfNoneMatch: '*' });
    await expect(put(running, 'orders/1.json', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await put(running, 'orders/2.json');
    await running.events.count(2);
    expect(keysOf(running)).toEqual(['orders/1.json', 'orders/2.json']);
  });

  it('is offered again when the queue refuses it', async () => {
    const running = await start({ events: recordEvents((call) => call < 2) });
    await put(running, 'orders/1.json');
    await running.events.count(1);
    expect(keysOf(running)).toEqual(['orders/1.json']);
  });
});

describe('after a crash', () => {
  const restart = async (folder: string) => {
    const restarted = await runS3({ folder });
    opened.push(restarted);
    return restarted;
  };

  it('delivers an event whose object was answered for and that no queue had taken', async () => {
    const running = await start({ conditions: { eventDelayMs: { min: 600_000, max: 600_000 } } });
    await put(running, 'orders/1.json');
    const restarted = await restart(await running.crashCopy());
    await restarted.events.count(1);
    expect(keysOf(restarted)).toEqual(['orders/1.json']);
  });

  it('delivers the events of an object that was overwritten meanwhile, once for each write', async () => {
    const running = await start({ conditions: { eventDelayMs: { min: 600_000, max: 600_000 } } });
    const etags = [];
    for (const Body of ['1', '2', '3']) etags.push((await put(running, 'orders/1.json', { Body })).ETag);
    const restarted = await restart(await running.crashCopy());
    await restarted.events.count(3);
    expect(restarted.events.received.map(({ payload }) => `"${payload.Records[0]?.s3.object.eTag}"`)).toEqual(etags);
  });

  it('does not deliver again what the queue had long taken', async () => {
    const running = await start();
    await put(running, 'orders/1.json');
    await running.events.count(1);
    const restarted = await running.restarted();
    opened.splice(opened.indexOf(running), 1, restarted);
    await put(restarted, 'orders/2.json');
    await restarted.events.count(2);
    expect(keysOf(restarted)).toEqual(['orders/1.json', 'orders/2.json']);
  });
});

describe('in bad weather', () => {
  const keys = Array.from({ length: 200 }, (_, index) => `orders/${index}.json`);

  it('loses the set share of events and doubles the set share, the same ones for the same seed', async () => {
    const runs = [];
    for (let run = 0; run < 2; run++) {
      const running = await start({ conditions: { seed: 7, eventLoss: 0.3, eventDuplicates: 0.3 } });
      for (const key of keys) await put(running, key);
      runs.push(keysOf(running));
    }
    expect(runs[0]).toEqual(runs[1]);
    const distinct = new Set(runs[0]).size;
    expect(distinct).toBeGreaterThan(110);
    expect(distinct).toBeLessThan(170);
    expect(runs[0]?.length).toBeGreaterThan(distinct + 20);
  });

  it('delivers late events out of order', async () => {
    const running = await start({ conditions: { eventDelayMs: { min: 0, max: 300 } } });
    for (const key of keys.slice(0, 50)) await put(running, key);
    await running.events.count(50);
    expect(keysOf(running)).not.toEqual(keys.slice(0, 50));
    expect([...keysOf(running)].sort()).toEqual(keys.slice(0, 50).sort());
  });
});

describe('the configuration', () => {
  const configure = ({ root }: RunningS3, NotificationConfiguration: NotificationConfiguration) =>
    root.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'stores', NotificationConfiguration }));
  const filter = (prefix: string) => ({ Key: { FilterRules: [{ Name: 'prefix' as const, Value: prefix }] } });

  it('can be replaced and read back', async () => {
    const running = await start();
    const LambdaFunctionConfigurations = [
      { Id: 'a', LambdaFunctionArn: CONFIRM, Events: ['s3:ObjectCreated:*' as const], Filter: filter('new & orders/') },
      { Id: 'b', LambdaFunctionArn: PAY, Events: ['s3:ObjectCreated:Put' as const], Filter: filter('executions/') },
    ];
    await configure(running, { LambdaFunctionConfigurations });
    const read = await running.root.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'stores' }));
    expect(read.LambdaFunctionConfigurations).toEqual(
      LambdaFunctionConfigurations.map((each) => ({
        ...each,
        Filter: { Key: { FilterRules: [{ ...each.Filter.Key.FilterRules[0], Name: 'Prefix' }] } },
      })),
    );
    await put(running, 'orders/1.json');
    await put(running, 'executions/1/confirm.json');
    await running.events.count(1);
    expect(running.events.received.map(({ functionArn }) => functionArn)).toEqual([PAY]);
  });

  it('can be taken away', async () => {
    const running = await start();
    await configure(running, {});
    await put(running, 'orders/1.json');
    const read = await running.root.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'stores' }));
    expect(read.LambdaFunctionConfigurations).toBeUndefined();
    expect(running.events.received).toEqual([]);
  });

  it('is refused when two filters could match one key', async () => {
    const running = await start();
    const both = (left: string, right: string) =>
      configure(running, {
        LambdaFunctionConfigurations: [left, right].map((prefix) => ({
          LambdaFunctionArn: CONFIRM,
          Events: ['s3:ObjectCreated:*' as const],
          Filter: filter(prefix),
        })),
      });
    await expect(both('orders/', 'orders/new/')).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(both('', 'orders/')).rejects.toMatchObject({ message: expect.stringContaining('ambiguously') });
    await both('orders/', 'payments/');
  });

  it('names the destinations and events that it does not do', async () => {
    const running = await start();
    const QueueArn = 'arn:aws:sqs:us-east-1:000000000000:q';
    const toQueue = configure(running, { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] });
    await expect(toQueue).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('QueueConf'),
    });
    const onRemoval = configure(running, {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: CONFIRM, Events: ['s3:ObjectRemoved:*'] }],
    });
    await expect(onRemoval).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('ObjectRemoved'),
    });
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  type FilterLogEventsCommandInput,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GOOD_WEATHER } from '../../../local/conditions.ts';
import { startHttpFront, type HttpFront } from '../../../local/http/front.ts';
import { authorize } from '../../../local/iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import { createLogs, type Logs, type LogsOptions } from '../../../local/logs/logs.ts';

const GROUP = '/orders';
const ROLE_ARN = 'arn:aws:iam::000000000000:role/reader';
const identities = createIdentities();
identities.putRole({ arn: ROLE_ARN, policies: [] });

let folder: string;
let now: number;
let logs: Logs;
let front: HttpFront | undefined;
let client: CloudWatchLogsClient;
/** Each answered call as it is counted. */
let answered: string[];

async function start(options: Partial<LogsOptions> = {}): Promise<void> {
  await stop();
  logs = createLogs({ stateFolder: folder, conditions: GOOD_WEATHER, authorize, clock: () => now, ...options });
  logs.start();
  logs.createGroup(GROUP);
  answered = [];
  front = await startHttpFront({
    services: [logs.service],
    identities,
    onRequest: ({ operation, status }) => answered.push(`${operation} ${status}`),
  });
  client = new CloudWatchLogsClient({
    region: 'us-east-1',
    endpoint: front.url,
    credentials: ROOT_CREDENTIALS,
    maxAttempts: 1,
  });
}

async function stop(): Promise<void> {
  if (front === undefined) return;
  client.destroy();
  await front.close();
  front = undefined;
  logs.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'logs-test-'));
  now = 1_700_000_000_000;
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

function append(timestamp: number, message: string, stream = 'one'): void {
  logs.sink.append(GROUP, stream, [{ timestamp, message }]);
}

async function filter(input: Partial<FilterLogEventsCommandInput> = {}): Promise<readonly FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  for await (const page of paginateFilterLogEvents({ client }, { logGroupName: GROUP, ...input })) {
    events.push(...(page.events ?? []));
  }
  return events;
}

async function messages(input: Partial<FilterLogEventsCommandInput> = {}): Promise<readonly (string | undefined)[]> {
  return (await filter(input)).map((event) => event.message);
}

test('a window includes both of its ends, and is ordered by time whatever the order of arrival', async () => {
  for (const offset of [3, 1, 4, 0, 2]) append(now + offset, `at ${String(offset)}`);
  expect(await messages({ startTime: now + 1, endTime: now + 3 })).toEqual(['at 1', 'at 2', 'at 3']);
});

test('every event has an id of its own, also among equal lines of one millisecond', async () => {
  for (let n = 0; n < 50; n += 1) append(now, 'same');
  const events = await filter();
  expect(events).toHaveLength(50);
  expect(new Set(events.map((event) => event.eventId)).size).toBe(50);
  expect(events[0]).toMatchObject({ timestamp: now, ingestionTime: now, logStreamName: 'one' });
});

test('pages hold at most the limit, and follow each other without gaps or repetitions', async () => {
  for (let n = 0; n < 25; n += 1) append(now + (n % 3), `line ${String(n)}`);
  const seen = await messages({ limit: 4 });
  expect(new Set(seen).size).toBe(25);
  expect(seen).toHaveLength(25);
});

test('a page ends at 1 MB', async () => {
  for (let n = 0; n < 6; n += 1) append(now + n, 'x'.repeat(200_000));
  const page = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  expect(page.events).toHaveLength(5);
  expect(page.nextToken).toBeDefined();
});

test('a page of a rare pattern in a busy window is empty but carries a token', async () => {
  for (let n = 0; n < 20_001; n += 1) append(now + n, n === 20_000 ? 'needle' : 'hay');
  const first = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: 'needle' }));
  expect(first.events).toEqual([]);
  expect(first.nextToken).toBeDefined();
  expect(await messages({ filterPattern: 'needle' })).toEqual(['needle']);
});

test('pages are empty on purpose when the conditions say so, and nothing is lost by it', async () => {
  await start({ conditions: { ...GOOD_WEATHER, logEmptyPages: 1 } });
  append(now, 'one');
  append(now + 1, 'two');
  const first = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  expect(first.events).toEqual([]);
  expect(first.nextToken).toBeDefined();
  expect(await messages({ limit: 1 })).toEqual(['one', 'two']);
});

test('a late line is not readable before its time, then appears with its old timestamp', async () => {
  await start({ conditions: { ...GOOD_WEATHER, logDelayMs: { min: 5000, max: 5000 } } });
  append(now, 'late');
  expect(await messages()).toEqual([]);
  now += 5000;
  expect(await filter()).toMatchObject([{ message: 'late', timestamp: now - 5000, ingestionTime: now }]);
});

test('a lost line is never readable', async () => {
  await start({ conditions: { ...GOOD_WEATHER, logLoss: 1 } });
  append(now, 'lost');
  now += 3_600_000;
  expect(await messages()).toEqual([]);
});

test('a duplicated line has two event ids', async () => {
  await start({ conditions: { ...GOOD_WEATHER, logDuplicates: 1 } });
  append(now, 'twice');
  const events = await filter();
  expect(events.map((event) => event.message)).toEqual(['twice', 'twice']);
  expect(new Set(events.map((event) => event.eventId)).size).toBe(2);
});

test('lines are there again after a restart that nobody announced, under the same ids', async () => {
  append(now, 'kept');
  append(now + 1, 'kept, too', 'two');
  const before = await filter();
  const successor = createLogs({ stateFolder: folder, conditions: GOOD_WEATHER, authorize, clock: () => now });
  successor.start();
  const killed = logs;
  logs = successor;
  await front?.close();
  front = await startHttpFront({ services: [successor.service], identities });
  client = new CloudWatchLogsClient({ region: 'us-east-1', endpoint: front.url, credentials: ROOT_CREDENTIALS });
  expect(await filter()).toEqual(before);
  append(now, 'new');
  expect(new Set((await filter()).map((event) => event.eventId)).size).toBe(3);
  killed.close();
});

test('the oldest lines go when there are more bytes than are kept', async () => {
  await start({ retention: { maxBytes: 20_000, maxAgeMs: 1e9, segmentBytes: 5_000 } });
  for (let n = 0; n < 100; n += 1) append(now + n, `${String(n)} ${'x'.repeat(1000)}`);
  const kept = (await messages()).map((message) => Number(message?.split(' ')[0]));
  expect(kept.at(-1)).toBe(99);
  expect(kept.length).toBeLessThan(25);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 100 - kept.length + index));
});

test('lines can be asked for by stream or by the beginning of its name, not by both', async () => {
  append(now, 'a', 'pay/1');
  append(now, 'b', 'pay/2');
  append(now, 'c', 'confirm/1');
  expect(await messages({ logStreamNames: ['pay/2', 'confirm/1'] })).toEqual(['b', 'c']);
  expect(await messages({ logStreamNamePrefix: 'pay/' })).toEqual(['a', 'b']);
  await expect(filter({ logStreamNames: ['pay/1'], logStreamNamePrefix: 'pay/' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test.for([
  ['made up', () => 'made-up', {}],
  ['of another request', (token: string) => token, { filterPattern: 'other' }],
] as const)('a token %s is invalid', async ([, tokenFor, change]) => {
  append(now, 'one');
  append(now, 'two');
  const { nextToken } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 1 }));
  const input = { logGroupName: GROUP, limit: 1, nextToken: tokenFor(nextToken ?? ''), ...change };
  await expect(client.send(new FilterLogEventsCommand(input))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'The specified nextToken is invalid.',
  });
});

test('a token expires after a day', async () => {
  append(now, 'one');
  append(now, 'two');
  const input = { logGroupName: GROUP, limit: 1 };
  const { nextToken } = await client.send(new FilterLogEventsCommand(input));
  now += 25 * 3600 * 1000;
  await expect(client.send(new FilterLogEventsCommand({ ...input, nextToken }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('a group that does not exist is not found, and its lines are counted as dropped', async () => {
  logs.sink.append('/nobody', 'one', [{ timestamp: now, message: 'dropped' }]);
  expect(logs.droppedLines()).toBe(1);
  await expect(client.send(new FilterLogEventsCommand({ logGroupName: '/nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
});

test('calls beyond the quota are throttled', async () => {
  await start({ callsPerSecond: 2 });
  const call = () => client.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  await call();
  await call();
  await expect(call()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  now += 500;
  await call();
});

test('a role without permission may not read', async () => {
  const stranger = new CloudWatchLogsClient({
    region: 'us-east-1',
    endpoint: front?.url ?? '',
    credentials: identities.issue(ROLE_ARN),
  });
  await expect(stranger.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  stranger.destroy();
});

test('GetLogEvents gives the same token at the end of a stream, and leaves out the end of the window', async () => {
  for (let n = 0; n < 5; n += 1) append(now + n, String(n));
  append(now, 'other', 'two');
  const input = { logGroupName: GROUP, logStreamName: 'one', startFromHead: true, limit: 3 };
  const first = await client.send(new GetLogEventsCommand(input));
  const second = await client.send(new GetLogEventsCommand({ ...input, nextToken: first.nextForwardToken }));
  const third = await client.send(new GetLogEventsCommand({ ...input, nextToken: second.nextForwardToken }));
  expect([first, second, third].map((page) => page.events?.map((event) => event.message))).toEqual([
    ['0', '1', '2'],
    ['3', '4'],
    [],
  ]);
  expect(third.nextForwardToken).toBe(second.nextForwardToken);
  const back = await client.send(new GetLogEventsCommand({ ...input, nextToken: second.nextBackwardToken }));
  expect(back.events?.map((event) => event.message)).toEqual(['0', '1', '2']);
  const newest = await client.send(
    new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', limit: 2, endTime: now + 4 }),
  );
  expect(newest.events?.map((event) => event.message)).toEqual(['2', '3']);
});

test('groups and streams can be created, described and written to', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: '/made' }));
  await expect(client.send(new CreateLogGroupCommand({ logGroupName: '/made' }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await client.send(new CreateLogStreamCommand({ logGroupName: '/made', logStreamName: 'mine' }));
  const put = await client.send(
    new PutLogEventsCommand({
      logGroupName: '/made',
      logStreamName: 'mine',
      logEvents: [
        { timestamp: now - 20 * 24 * 3600 * 1000, message: 'too old' },
        { timestamp: now, message: 'hello' },
      ],
    }),
  );
  expect(put.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  expect(await messages({ logGroupName: '/made' })).toEqual(['hello']);
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/m' }));
  expect(logGroups).toMatchObject([{ logGroupName: '/made', storedBytes: 5 }]);
  const { logStreams } = await client.send(
    new DescribeLogStreamsCommand({ logGroupName: '/made', orderBy: 'LastEventTime', descending: true }),
  );
  expect(logStreams).toMatchObject([{ logStreamName: 'mine', lastEventTimestamp: now }]);
});

test('PutLogEvents refuses lines out of order and streams that were not created', async () => {
  await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'mine' }));
  const put = (logStreamName: string, ...timestamps: number[]) =>
    client.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName,
        logEvents: timestamps.map((timestamp) => ({ timestamp, message: 'm' })),
      }),
    );
  await expect(put('mine', now, now - 1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(put('nobody', now)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('an operation that is not there is NotImplemented, by its name', async () => {
  await expect(client.send(new DeleteLogGroupCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('DeleteLogGroup') as string,
  });
});

test('calls are counted by their operation, refused ones too', async () => {
  await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  await expect(client.send(new GetLogEventsCommand({ logGroupName: 'none', logStreamName: 'none' }))).rejects.toThrow();
  await expect(client.send(new DeleteLogGroupCommand({ logGroupName: GROUP }))).rejects.toThrow();
  expect(answered).toEqual(['FilterLogEvents 200', 'GetLogEvents 400', 'DeleteLogGroup 501']);
});

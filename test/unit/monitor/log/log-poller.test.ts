import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../../monitor/classifier/log-event.ts';
import { LogPoller } from '../../../../monitor/log/log-poller.ts';
import { LogReader } from '../../../../monitor/log/log-reader.ts';
import { Visibility } from '../../../../monitor/log/visibility.ts';
import { WatermarkStore } from '../../../../monitor/log/watermark.ts';
import { WorkRecord } from '../../../../monitor/work-record.ts';
import { WATERMARK_KEY } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { aLogEvent, aLogGroup, endLine, reportLine, startLine } from '../builders.ts';

const forever = new AbortController().signal;

function thePoller({ paceMs = 0 } = {}) {
  const clock = new FakeClock();
  const { s3, stateStorage } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const group = aLogGroup();
  const seen: LogEvent[] = [];
  const logger = new RecordingLogger();
  const record = new WorkRecord();
  const aPoller = () =>
    new LogPoller({
      readPage: new LogReader({ client: group.client, logGroup: 'steps', clock, paceMs, random: () => 0 }).readPage,
      random: () => 0,
      visibility: new Visibility(clock.now()),
      watermark: new WatermarkStore(stateStorage),
      clock,
      logger,
      onEvents: (events) => seen.push(...events),
      afterRound: () => Promise.resolve(),
      record,
    });
  const write = (message: string, agoMs = 0) => {
    const event = aLogEvent(message, { timestamp: clock.now() - agoMs });
    group.held.push(event);
    return event.eventId;
  };
  return {
    poller: aPoller(),
    aPoller,
    clock,
    s3,
    group,
    seen,
    logger,
    record,
    write,
    ids: () => seen.map(({ eventId }) => eventId),
  };
}

describe('polling the log group', () => {
  it('hands over each event once, however often a window shows it', async () => {
    const { poller, ids, write } = thePoller();
    await poller.poll(forever);
    const start = write(startLine());
    const end = write(endLine());
    await poller.poll(forever);
    await poller.poll(forever);
    expect(ids()).toEqual([start, end]);
  });

  it('finds a line that arrives late and out of order, behind the newest one it has seen', async () => {
    const { poller, ids, write } = thePoller();
    await poller.poll(forever);
    const newer = write(endLine());
    await poller.poll(forever);
    const late = write(startLine(), 1_500);
    await poller.poll(forever);
    expect(ids()).toEqual([newer, late]);
  });

  it('finds a failure that arrives minutes late', async () => {
    const { poller, clock, ids, write } = thePoller();
    await poller.poll(forever);
    const newer = write(endLine());
    await poller.poll(forever);
    const late = write(reportLine('\tStatus: timeout'), 200_000);
    await clock.advance(5_000);
    await poller.poll(forever);
    expect(ids()).toEqual([newer, late]);
  });

  it('does not move its window on while nothing is written', async () => {
    const { poller, clock, group, ids, write } = thePoller();
    await poller.poll(forever);
    write(endLine());
    await poller.poll(forever);
    const nearWindows = () => group.windows().filter(({ filterPattern }) => filterPattern?.includes('step.started'));
    const before = nearWindows().at(-1)?.startTime;
    await clock.advance(60_000);
    await poller.poll(forever);
    expect(nearWindows()).toHaveLength(3);
    expect(nearWindows().at(-1)?.startTime).toBe(before);
    expect(ids()).toHaveLength(1);
  });

  it('does not let a function’s fast clock move its window into the future', async () => {
    const { poller, clock, group, write } = thePoller();
    await poller.poll(forever);
    write(endLine(), -600_000);
    await poller.poll(forever);
    await poller.poll(forever);
    expect(group.windows().at(-1)?.startTime).toBeLessThanOrEqual(clock.now());
  });

  it('reads through empty pages that carry a token', async () => {
    const { poller, clock, group, ids } = thePoller();
    await poller.poll(forever);
    const event = aLogEvent(endLine(), { timestamp: clock.now() });
    group.mock
      .on(FilterLogEventsCommand)
      .resolvesOnce({ events: [], nextToken: 'a' })
      .resolvesOnce({ events: [], nextToken: 'b' })
      .resolvesOnce({ events: [{ ...event, logStreamName: event.streamName }] })
      .resolves({ events: [] });
    await poller.poll(forever);
    expect(ids()).toEqual([event.eventId]);
  });

  it('reads on after a restart where the last one had come to, never further back than an hour', async () => {
    const { poller, aPoller, clock, s3, group, write } = thePoller();
    await poller.poll(forever);
    write(endLine());
    await clock.advance(10_000);
    await poller.poll(forever);
    const saved = (s3.json(STATE_STORAGE_BUCKET, WATERMARK_KEY) as { logsReadThrough: number }).logsReadThrough;
    group.mock.resetHistory();
    await aPoller().poll(forever);
    expect(group.windows().map(({ startTime }) => startTime)).toContain(saved - 2_000);
    await clock.advance(86_400_000);
    group.mock.resetHistory();
    await aPoller().poll(forever);
    expect(Math.min(...group.windows().map(({ startTime }) => startTime ?? 0))).toBe(clock.now() - 3_600_000 - 300_000);
  });

  it('says that the log group does not exist, and reads it once it does', async () => {
    const { poller, clock, group, record } = thePoller();
    group.mock
      .on(FilterLogEventsCommand)
      .rejectsOnce(Object.assign(new Error('no group'), { name: 'ResourceNotFoundException' }))
      .resolves({ events: [] });
    const stop = new AbortController();
    const running = poller.run(stop.signal);
    await clock.untilSleeping();
    expect(record.facts).toMatchObject({ failuresInARow: 1, lastError: 'log group steps does not exist' });
    group.mock.on(FilterLogEventsCommand).callsFake(() => {
      stop.abort();
      return { events: [] };
    });
    await clock.advance(250);
    await running;
    expect(record.facts).toEqual({ doneAt: clock.now(), failuresInARow: 0, lastError: undefined });
  });

  it('has read up to its own beginning when nothing is left, however long ago the newest line was written', async () => {
    const { poller, clock, write } = thePoller();
    write(endLine());
    await clock.advance(600_000);
    expect(await poller.poll(forever)).toBe(clock.now());
  });

  it('has read up to the newest line when there is more than one round may read', async () => {
    const { poller, clock, group } = thePoller();
    await poller.poll(forever);
    const { streamName, ...event } = aLogEvent(endLine(), { timestamp: clock.now() - 1_000 });
    group.mock
      .on(FilterLogEventsCommand)
      .resolves({ events: [{ ...event, logStreamName: streamName }], nextToken: 'more' });
    await clock.advance(60_000);
    expect(await poller.poll(forever)).toBe(clock.now() - 60_000);
  });

  it('pauses longer after each error, says so, and goes on', async () => {
    const { poller, clock, group, logger, record, ids } = thePoller();
    const { streamName, ...event } = aLogEvent(reportLine('\tStatus: timeout'), { timestamp: clock.now() });
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    group.mock
      .on(FilterLogEventsCommand)
      .rejectsOnce(denied)
      .rejectsOnce(denied)
      .rejectsOnce(denied)
      .resolves({ events: [{ ...event, logStreamName: streamName }] });
    const stop = new AbortController();
    const running = poller.run(stop.signal);
    for (const pauseMs of [250, 500, 1000]) {
      await clock.untilSleeping();
      expect(record.facts.lastError).toBe('no');
      if (pauseMs === 1000)
        group.mock.on(FilterLogEventsCommand).callsFake(() => {
          stop.abort();
          return { events: [{ ...event, logStreamName: streamName }] };
        });
      await clock.advance(pauseMs);
    }
    await running;
    expect(logger.events.map(({ level, fields }) => [level, fields.pauseMs])).toEqual([
      ['warn', 250],
      ['warn', 500],
      ['warn', 1000],
    ]);
    expect(ids()).toEqual([event.eventId]);
  });
});

describe('the pace of polling', () => {
  it('waits its turn before every call', async () => {
    const clock = new FakeClock();
    const group = aLogGroup();
    const { readPage } = new LogReader({ client: group.client, logGroup: 'steps', clock, paceMs: 400 });
    const read = () => readPage({ from: 0, pattern: '?x' }, undefined, forever);
    await read();
    const second = read();
    await clock.untilSleeping();
    expect(group.windows()).toHaveLength(1);
    await clock.advance(400);
    await second;
    expect(group.windows()).toHaveLength(2);
  });
});

describe('the watermark', () => {
  it('is written anew when it cannot be read', async () => {
    const { s3, stateStorage } = memoryStores();
    s3.place(STATE_STORAGE_BUCKET, WATERMARK_KEY, 'not JSON');
    const watermark = new WatermarkStore(stateStorage);
    expect(await watermark.read()).toBeUndefined();
    await watermark.advance(1000);
    expect(await watermark.read()).toBe(1000);
  });

  it('never falls, whoever writes it', async () => {
    const { stateStorage } = memoryStores();
    const [ours, theirs] = [new WatermarkStore(stateStorage), new WatermarkStore(stateStorage)];
    await ours.advance(2000);
    await theirs.advance(1000);
    expect(await ours.read()).toBe(2000);
  });
});

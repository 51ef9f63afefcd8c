import { describe, expect, it } from 'vitest';
import { CANARY_TEXT } from '../../../../monitor/log/canary-line.ts';
import { CANARY_STREAM } from '../../../../monitor/environment.ts';
import type { LogEvent } from '../../../../monitor/classifier/log-event.ts';
import type { ReadPage } from '../../../../monitor/log/log-page.ts';
import { LogPoller, type LogPollerOptions } from '../../../../monitor/log/log-poller.ts';
import { LogReader } from '../../../../monitor/log/log-reader.ts';
import { Visibility } from '../../../../monitor/log/visibility.ts';
import { WatermarkStore } from '../../../../monitor/log/watermark.ts';
import { WorkRecord } from '../../../../monitor/work-record.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { memoryStores, MemoryS3 } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { awsError, PagedLogGroup } from './a-paged-log-group.ts';
import { endLine, PAYMENT_STREAM, reportLine } from '../builders.ts';

const forever = new AbortController().signal;
const SUCCESS = endLine();
const FAILURE = reportLine('\tStatus: timeout');

function thePoller({ pageEvents = 10_000, paceMs = 0, clock = new FakeClock() } = {}) {
  const { stateStorage } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const group = new PagedLogGroup({ clock, pageEvents });
  const seen: LogEvent[] = [];
  const logger = new RecordingLogger();
  const visibility = new Visibility(clock.now());
  let throttled = 0;
  const aPoller = (options: Partial<LogPollerOptions> = {}) =>
    new LogPoller({
      readPage: new LogReader({
        client: group.client,
        logGroup: 'steps',
        clock,
        paceMs,
        random: () => 0,
        onThrottled: () => (throttled += 1),
      }).readPage,
      watermark: new WatermarkStore(stateStorage),
      clock,
      logger,
      random: () => 0,
      visibility,
      onEvents: (events) => seen.push(...events),
      afterRound: () => Promise.resolve(),
      record: new WorkRecord(),
      ...options,
    });
  const lines = (n: number, agoMs: (index: number) => number, message = SUCCESS, name = 'line') =>
    group.add(
      Array.from({ length: n }, (_, index) => ({
        eventId: `${name}-${index}`,
        timestamp: clock.now() - agoMs(index),
        streamName: PAYMENT_STREAM,
        message,
      })),
      clock.now(),
    );
  return {
    poller: aPoller(),
    aPoller,
    clock,
    group,
    seen,
    logger,
    visibility,
    lines,
    throttled: () => throttled,
    distinct: () => new Set(seen.map(({ eventId }) => eventId)).size,
  };
}

describe('a log group with more than can be read at once', () => {
  it('goes on with a window of a million lines of one millisecond where the round before stopped', async () => {
    const { aPoller, clock } = thePoller();
    const timestamp = clock.now() + 1_000;
    let calls = 0;
    // Made page by page: to hold and search a million lines would take longer than to read them.
    const readPage: ReadPage = ({ from, pattern }, token) => {
      calls += 1;
      const page = Number(token ?? 0);
      if (!pattern.includes('step.started') || from > timestamp || clock.now() < timestamp || page === 100)
        return Promise.resolve({ events: [], nextToken: undefined });
      const events = Array.from({ length: 10_000 }, (_, index) => ({
        eventId: String(page * 10_000 + index),
        timestamp,
        ingestedAt: timestamp,
        streamName: PAYMENT_STREAM,
        message: SUCCESS,
      }));
      return Promise.resolve({ events, nextToken: String(page + 1) });
    };
    const handedOver = new Uint8Array(1_000_000);
    const onEvents = (events: readonly LogEvent[]) => {
      for (const { eventId } of events) handedOver[Number(eventId)] = (handedOver[Number(eventId)] ?? 0) + 1;
    };
    const poller = aPoller({ readPage, onEvents });
    await poller.poll(forever);
    await clock.advance(1_000);
    for (let round = 0; round < 12; round += 1) await poller.poll(forever);
    expect(handedOver.every((times) => times === 1)).toBe(true);
    // A hundred pages, the empty end, and a look at the wide window now and then.
    expect(calls).toBeLessThan(120);
  });

  it('gives at most half of the calls to the wide window, however many failures are in it', async () => {
    const { poller, group, lines, distinct } = thePoller({ pageEvents: 100 });
    lines(5_000, (index) => 290_000 - index, FAILURE);
    for (let round = 0; round < 51; round += 1) await poller.poll(forever);
    expect(distinct()).toBe(5_000);
    const far = group.calls.filter(({ filterPattern }) => !filterPattern?.includes('step.started'));
    expect(far.length * 2).toBeLessThanOrEqual(group.calls.length + 1);
  });

  it('does not hand over again what it no longer remembers, and stays bounded in calls', async () => {
    const { aPoller, clock, group, lines, seen, distinct } = thePoller({ pageEvents: 100 });
    const poller = aPoller({ rememberedEvents: 1_000 });
    await poller.poll(forever);
    lines(1_500, (index) => 250_000 - index, FAILURE);
    await clock.advance(5_000);
    for (let round = 0; round < 20; round += 1) await poller.poll(forever);
    expect(distinct()).toBe(1_500);
    seen.length = 0;
    group.calls.length = 0;
    for (let round = 0; round < 20; round += 1) {
      await clock.advance(5_000);
      await poller.poll(forever);
    }
    expect(seen).toEqual([]);
    // Each of the twenty rounds: the narrow window, and a page of what of the wide one is remembered.
    expect(group.calls.length).toBeLessThanOrEqual(20 * 2);
  });

  it('begins with what is new after an outage of hours, says what it skipped, and still reads the failures of five minutes', async () => {
    const { poller, aPoller, clock, group, lines, seen, logger } = thePoller({ pageEvents: 100 });
    await poller.poll(forever);
    const stoppedAt = clock.now();
    await clock.advance(3_000_000);
    lines(50_000, (index) => 2_900_000 - index * 50);
    lines(1, () => 200_000, FAILURE, 'late');
    lines(1, () => 500, SUCCESS, 'new');
    const restarted = aPoller();
    await restarted.poll(forever);
    await restarted.poll(forever);
    expect(group.calls.length).toBeLessThan(20);
    expect(seen.map(({ eventId }) => eventId)).toEqual(expect.arrayContaining(['late-0', 'new-0']));
    expect(logger.events.map(({ message }) => message)).toEqual(['log skipped, for more was written than can be read']);
    expect(logger.events[0]?.fields.fromAt).toBeLessThan(stoppedAt + 200_000);
    expect(restarted.watchedSinceAt).toBe(clock.now() - 310_000);
  });

  it('reads everything after an outage when there is little of it', async () => {
    const { poller, aPoller, clock, lines, seen, logger } = thePoller();
    await poller.poll(forever);
    const stoppedAt = clock.now();
    await clock.advance(1_800_000);
    lines(200, (index) => 1_700_000 - index * 1_000);
    const restarted = aPoller();
    await restarted.poll(forever);
    expect(seen).toHaveLength(200);
    expect(logger.events).toEqual([]);
    expect(restarted.watchedSinceAt).toBe(stoppedAt - 300_000);
  });
});

describe('a page token that is no longer good', () => {
  it('begins the window anew at the last line read, and loses none', async () => {
    const { poller, clock, group, lines, seen, distinct } = thePoller({ pageEvents: 10 });
    await poller.poll(forever);
    lines(205, (index) => 1_900 - index);
    await poller.poll(forever);
    expect(distinct()).toBeLessThan(205);
    await clock.advance(30_000);
    group.expireTokens();
    lines(1, () => 10, SUCCESS, 'new');
    for (let round = 0; round < 3; round += 1) await poller.poll(forever);
    expect(distinct()).toBe(206);
    expect(seen).toHaveLength(206);
  });

  it('is given up after three tries in a row, and the next window goes on behind what was read', async () => {
    const { poller, group, lines, distinct } = thePoller({ pageEvents: 10 });
    await poller.poll(forever);
    lines(150, () => 1_000);
    group.refusal = () =>
      group.calls.at(-1)?.nextToken === undefined ? undefined : awsError('InvalidParameterException');
    const calls = group.calls.length;
    await expect(poller.poll(forever)).rejects.toMatchObject({ name: 'PageTokenInvalidError' });
    expect(group.calls.length - calls).toBeLessThan(10);
    group.refusal = () => undefined;
    for (let round = 0; round < 3; round += 1) await poller.poll(forever);
    expect(distinct()).toBe(150);
  });
});

describe('a log group that refuses calls for their number', () => {
  it.each(['ThrottlingException', 'LimitExceededException', 'ServiceUnavailableException'])(
    'is asked more slowly after %s, for the page that was missing, and then as often as before',
    async (name) => {
      const { poller, clock, group, lines, distinct, throttled } = thePoller({ pageEvents: 10, paceMs: 400 });
      lines(25, () => 1_000);
      let refusals = 3;
      group.refusal = () => (group.calls.length > 1 && (refusals -= 1) >= 0 ? awsError(name) : undefined);
      const round = poller.poll(forever);
      await clock.advance(30_000);
      await round;
      expect(distinct()).toBe(25);
      expect(throttled()).toBe(3);
      const gaps = group.calls.slice(1).map(({ at }, index) => at - (group.calls[index]?.at ?? 0));
      expect(gaps.slice(0, 4)).toEqual([400, 800, 1600, 3200]);
      expect(group.calls.slice(1, 5).map(({ nextToken }) => nextToken)).toEqual(
        Array.from({ length: 4 }, () => group.calls[1]?.nextToken),
      );
      expect(Math.min(...gaps)).toBe(400);
    },
  );

  it('gives up a round after five refusals, and goes on in the next one at the page that was missing', async () => {
    const { poller, clock, group, lines, distinct } = thePoller({ pageEvents: 10, paceMs: 400 });
    lines(25, () => 1_000);
    group.refusal = () => (group.calls.length > 1 ? awsError('ThrottlingException') : undefined);
    const failed = expect(poller.poll(forever)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await clock.advance(60_000);
    await failed;
    expect(group.calls).toHaveLength(6);
    group.refusal = () => undefined;
    const round = poller.poll(forever);
    await clock.advance(60_000);
    await round;
    expect(distinct()).toBe(25);
  });
});

describe('the canary’s lines', () => {
  it('show how far the log is visible, and are handed to nobody as a function’s', async () => {
    const { poller, clock, group, seen, visibility } = thePoller();
    const line = { eventId: 'canary', timestamp: clock.now() - 1_000, streamName: CANARY_STREAM };
    group.add([{ ...line, message: `${CANARY_TEXT} ${FAILURE}` }], clock.now());
    await poller.poll(forever);
    await clock.advance(5_000);
    await poller.poll(forever);
    expect(seen).toEqual([]);
    expect(visibility.report(clock.now()).seesThroughAt).toBe(line.timestamp);
  });
});

describe('clocks that differ', () => {
  it('takes no function’s clock for the time: a line from its future does not hide what is written meanwhile', async () => {
    const { poller, clock, lines, distinct } = thePoller();
    await poller.poll(forever);
    lines(1, () => -600_000, SUCCESS, 'ahead');
    await poller.poll(forever);
    await clock.advance(5_000);
    lines(1, () => 1_000, SUCCESS, 'usual');
    await poller.poll(forever);
    expect(distinct()).toBe(2);
  });

  it('reads on when our own clock is behind all the others', async () => {
    const { poller, lines, distinct } = thePoller();
    lines(1, () => -90_000, SUCCESS, 'first');
    await poller.poll(forever);
    lines(1, () => -91_000, SUCCESS, 'second');
    await poller.poll(forever);
    expect(distinct()).toBe(2);
  });

  it('reads on after our own clock was ahead and is set back', async () => {
    let offsetMs = 3_600_000;
    const clock = new (class extends FakeClock {
      override now() {
        return super.now() + offsetMs;
      }
    })();
    const { poller, group, distinct } = thePoller({ clock });
    await poller.poll(forever);
    offsetMs = 0;
    const line = { eventId: 'real', timestamp: clock.now() - 500, streamName: PAYMENT_STREAM, message: FAILURE };
    group.add([line], clock.now());
    await poller.poll(forever);
    expect(distinct()).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { EvidenceFinder, type SilentAttempt } from '../../../../monitor/log/evidence-finder.ts';
import type { LogEvent } from '../../../../monitor/classifier/log-event.ts';
import { LogReader } from '../../../../monitor/log/log-reader.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { awsError, PagedLogGroup } from './a-paged-log-group.ts';
import {
  CONFIRM_STREAM,
  EXECUTION,
  OTHER_EXECUTION,
  PAYMENT_STREAM,
  REQUEST,
  reportLine,
  startLine,
} from '../builders.ts';

const forever = new AbortController().signal;
const HOUR_MS = 3_600_000;

function theFinder({ watchedAgoMs = 300_000, pageEvents = 10_000 } = {}) {
  const clock = new FakeClock();
  const group = new PagedLogGroup({ clock, pageEvents });
  const found: LogEvent[] = [];
  const state = { isBlind: false };
  const watchedSinceAt = clock.now() - watchedAgoMs;
  const finder = new EvidenceFinder({
    readPage: new LogReader({ client: group.client, logGroup: 'steps', clock, paceMs: 0, random: () => 0 }).readPage,
    clock,
    spanMs: () => 60_000,
    watchedSinceAt: () => watchedSinceAt,
    isBlind: () => state.isBlind,
    onEvents: (events) => found.push(...events),
  });
  let ids = 0;
  const write = (message: string, agoMs: number, streamName = PAYMENT_STREAM) => {
    ids += 1;
    group.add([{ eventId: `line-${ids}`, timestamp: clock.now() - agoMs, streamName, message }], clock.now());
    return `line-${ids}`;
  };
  const silent = (some: Partial<SilentAttempt> = {}): SilentAttempt => ({
    executionId: EXECUTION,
    step: 'payment',
    attempt: 1,
    since: clock.now() - HOUR_MS,
    ...some,
  });
  const search = async (rounds = 2) => {
    for (let round = 0; round < rounds; round += 1) await finder.searchOn(forever);
  };
  return { finder, clock, group, state, write, silent, search, found: () => found.map(({ eventId }) => eventId) };
}

describe('the search for evidence of one execution', () => {
  it('hands over what began and failed in the streams that name it, and nothing of other streams and times', async () => {
    const { finder, clock, group, write, silent, search, found } = theFinder();
    const start = write(startLine(), HOUR_MS - 1_000);
    const end = write(reportLine('\tStatus: timeout'), HOUR_MS - 4_000);
    write(reportLine('\tStatus: timeout'), HOUR_MS - 4_000, CONFIRM_STREAM);
    write(reportLine('\tStatus: timeout'), HOUR_MS - 100_000);
    expect(finder.ask(silent())).toBe('searching');
    await search();
    expect(found()).toEqual([start, end].sort());
    expect(group.calls).toHaveLength(2);
    expect(finder.ask(silent())).toBe('searching');
    await clock.advance(5_000);
    expect(finder.ask(silent())).toBe('searched');
  });

  it('finds an invocation that never printed a line by the request id that Lambda answered', async () => {
    const { finder, write, silent, search, found } = theFinder();
    const end = write(reportLine('\tStatus: error\tError Type: Runtime.ImportModuleError'), HOUR_MS - 1_000);
    finder.ask(silent({ attempt: 2, requestId: REQUEST }));
    await search();
    expect(found()).toEqual([end]);
  });

  it('is over after one query when nothing names the execution', async () => {
    const { finder, clock, group, silent, search } = theFinder();
    finder.ask(silent());
    await search(5);
    expect(group.calls).toHaveLength(1);
    await clock.advance(5_000);
    expect(finder.ask(silent())).toBe('searched');
  });

  it('searches for ten executions with two queries', async () => {
    const { finder, clock, group, silent, write, search } = theFinder();
    const all = Array.from({ length: 10 }, (_, n) =>
      silent({ executionId: `${OTHER_EXECUTION.slice(0, -2)}${10 + n}`, since: clock.now() - HOUR_MS - n * 1_000 }),
    );
    for (const each of all) {
      write(startLine({ executionId: each.executionId }), HOUR_MS - 1_000);
      finder.ask(each);
    }
    await search(5);
    expect(group.calls).toHaveLength(2);
    expect(group.calls[0]?.filterPattern?.length).toBeLessThanOrEqual(1_024);
    await clock.advance(5_000);
    expect(all.map((each) => finder.ask(each))).toEqual(all.map(() => 'searched'));
  });

  it('reads a page a round and ten pages of a query at most', async () => {
    const { finder, group, write, silent, search } = theFinder({ pageEvents: 1 });
    for (let n = 0; n < 30; n += 1) write(startLine(), HOUR_MS - 1_000 - n);
    finder.ask(silent());
    await search(1);
    expect(group.calls).toHaveLength(1);
    await search(40);
    expect(group.calls).toHaveLength(20);
  });

  it('asks for no pages of what the poller reads anyway', async () => {
    const { finder, clock, group, silent, search } = theFinder();
    expect(finder.ask(silent({ since: clock.now() - 300_000 }))).toBe('searched');
    expect(finder.ask(silent({ since: clock.now() - 300_001 }))).toBe('searching');
    await search(1);
    expect(group.calls).toHaveLength(1);
  });

  it('keeps nobody waiting while the log cannot be seen', () => {
    const { finder, state, silent } = theFinder();
    state.isBlind = true;
    expect(finder.ask(silent())).toBe('searched');
  });

  it('keeps nobody waiting longer than a minute, whatever the log group answers', async () => {
    const { finder, clock, group, silent } = theFinder();
    group.refusal = () => awsError('InternalFailure');
    finder.ask(silent());
    await expect(finder.searchOn(forever)).rejects.toThrow('InternalFailure');
    await clock.advance(59_999);
    expect(finder.ask(silent())).toBe('searching');
    await clock.advance(1);
    expect(finder.ask(silent())).toBe('searched');
  });

  it('lets five hundred wait, and no more', () => {
    const { finder, silent } = theFinder();
    const asked = Array.from({ length: 501 }, (_, attempt) => finder.ask(silent({ attempt })));
    expect(asked.filter((answer) => answer === 'searching')).toHaveLength(500);
    expect(asked.at(-1)).toBe('searched');
  });
});

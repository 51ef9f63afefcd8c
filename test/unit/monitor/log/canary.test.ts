import { describe, expect, it } from 'vitest';
import { Canary } from '../../../../monitor/log/canary.ts';
import { CANARY_TERM, CANARY_TEXT } from '../../../../monitor/log/canary-line.ts';
import { observe } from '../../../../monitor/classifier/classifier.ts';
import { CANARY_STREAM } from '../../../../monitor/environment.ts';
import { functionOfStream } from '../../../../monitor/classifier/log-event.ts';
import { STARTS_AND_ENDS } from '../../../../monitor/log/log-patterns.ts';
import { LogReader } from '../../../../monitor/log/log-reader.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { awsError, PagedLogGroup } from './a-paged-log-group.ts';

function theCanary() {
  const clock = new FakeClock();
  const group = new PagedLogGroup({ clock });
  const logger = new RecordingLogger();
  const seen: { throughAt?: number } = {};
  const aCanary = () =>
    new Canary({ client: group.client, logGroup: 'steps', clock, logger, seesThroughAt: () => seen.throughAt });
  const written = async () => {
    const { readPage } = new LogReader({ client: group.client, logGroup: 'steps', clock, paceMs: 0 });
    const { events } = await readPage({ from: 0, pattern: CANARY_TERM }, undefined, new AbortController().signal);
    return events;
  };
  return { canary: aCanary(), aCanary, clock, group, logger, seen, written };
}

describe('the canary', () => {
  it('writes a line that the log group shows, into a stream that it makes for it', async () => {
    const { canary, clock, written } = theCanary();
    await canary.writeIfQuiet();
    expect(await written()).toMatchObject([
      { streamName: CANARY_STREAM, message: CANARY_TEXT, timestamp: clock.now(), ingestedAt: clock.now() },
    ]);
    expect(canary.lastError).toBeUndefined();
  });

  it('writes beside another monitor that was faster to make the stream', async () => {
    const { canary, aCanary, written } = theCanary();
    await Promise.all([canary.writeIfQuiet(), aCanary().writeIfQuiet()]);
    expect(await written()).toHaveLength(2);
  });

  it('is silent while the functions’ lines show as much', async () => {
    const { canary, clock, seen, written } = theCanary();
    seen.throughAt = clock.now() - 14_999;
    await canary.writeIfQuiet();
    expect(await written()).toEqual([]);
    seen.throughAt -= 1;
    await canary.writeIfQuiet();
    expect(await written()).toHaveLength(1);
  });

  it('writes four lines a minute at most', async () => {
    const { canary, clock, written } = theCanary();
    const stop = new AbortController();
    const running = canary.run(stop.signal);
    await clock.advance(59_999);
    stop.abort();
    await running;
    expect(await written()).toHaveLength(4);
  });

  it('says once that it cannot write, keeps why, and forgets it once it can', async () => {
    const { canary, group, logger } = theCanary();
    group.refusal = (command) => (command === 'put' ? awsError('AccessDeniedException') : undefined);
    await canary.writeIfQuiet();
    await canary.writeIfQuiet();
    expect(logger.events.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'canary line could not be written'],
    ]);
    expect(canary.lastError).toMatchObject({ name: 'AccessDeniedException' });
    group.refusal = () => undefined;
    await canary.writeIfQuiet();
    expect(canary.lastError).toBeUndefined();
  });

  it('says nothing to the classifier, stands in no function’s stream, and leaves the pattern within its 1,024 characters', () => {
    expect(observe({ message: CANARY_TEXT })).toBeUndefined();
    expect(functionOfStream(CANARY_STREAM)).toBeUndefined();
    expect(`${STARTS_AND_ENDS} ${CANARY_TERM}`.length).toBeLessThanOrEqual(1_024);
  });
});

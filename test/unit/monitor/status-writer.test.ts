import { describe, expect, it } from 'vitest';
import { StatusWriter } from '../../../monitor/status-writer.ts';
import { MONITOR_STATUS_KEY } from '../../../workflow/keys.ts';
import { monitorStatusSchema } from '../../../workflow/monitor-status.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

function theWriter() {
  const clock = new FakeClock();
  const { s3, stateStorage } = memoryStores();
  const logger = new RecordingLogger();
  const startedAt = clock.now();
  const writer = new StatusWriter({ stateStorage, clock, logger, status: () => ({ startedAt, isBlind: false }) });
  return { writer, clock, s3, logger, stored: () => s3.json(STATE_STORAGE_BUCKET, MONITOR_STATUS_KEY) };
}

describe('what the monitor says of itself', () => {
  it('is written again in half a minute when the storage refuses it, and stops nothing', async () => {
    const { writer, clock, s3, logger, stored } = theWriter();
    s3.fail('denied');
    const stop = new AbortController();
    const running = writer.run(stop.signal);
    await clock.advance(29_999);
    expect(stored()).toBeUndefined();
    expect(logger.events.map(({ message }) => message)).toEqual(['status could not be written']);
    await clock.advance(1);
    expect(stored()).toMatchObject({ isBlind: false, writtenAt: clock.now() });
    stop.abort();
    await running;
  });

  it('costs two writes a minute, without reading anything, and is what the coordinator expects', async () => {
    const { writer, clock, s3, stored } = theWriter();
    const stop = new AbortController();
    const running = writer.run(stop.signal);
    await clock.advance(59_999);
    stop.abort();
    await running;
    expect(s3.counts()).toEqual({ PutObject: 2 });
    expect(monitorStatusSchema.safeParse(stored()).success).toBe(true);
  });
});

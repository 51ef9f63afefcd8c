import { describe, expect, it } from 'vitest';
import { Doorbell } from '../../../monitor/doorbell.ts';
import { DOORBELL_PREFIX, doorbellKey } from '../../../workflow/keys.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { EXECUTION, OTHER_EXECUTION } from './builders.ts';

const MINUTE_MS = 60_000;

function theDoorbell() {
  const clock = new FakeClock();
  const { s3, stateStorage } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const logger = new RecordingLogger();
  const looks: string[] = [];
  const room = { left: Infinity };
  const aDoorbell = () =>
    new Doorbell({
      stateStorage,
      clock,
      logger,
      intervalMs: 1000,
      onRing: (executionId) => {
        if (room.left === 0) return false;
        room.left -= 1;
        looks.push(executionId);
        return true;
      },
    });
  let rings = 0;
  const ring = (executionId = EXECUTION, at = clock.now()) =>
    s3.place(STATE_STORAGE_BUCKET, doorbellKey(anExecutionId({ at, n: (rings += 1) }), executionId), { executionId });
  return { doorbell: aDoorbell(), aDoorbell, clock, s3, logger, looks, room, ring };
}

describe('the doorbell', () => {
  it('is answered once for each ring, with one listing however many are stuck', async () => {
    const { doorbell, s3, looks, ring } = theDoorbell();
    ring();
    ring(OTHER_EXECUTION);
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION, OTHER_EXECUTION]);
    ring();
    s3.calls.length = 0;
    await doorbell.listen();
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION, OTHER_EXECUTION, EXECUTION]);
    expect(s3.counts()).toEqual({ ListObjectsV2: 2 });
  });

  it('is heard though its ring is older than one that was heard before: clocks differ and writes take time', async () => {
    const { doorbell, clock, looks, ring } = theDoorbell();
    ring();
    await doorbell.listen();
    ring(OTHER_EXECUTION, clock.now() - 9 * MINUTE_MS);
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION, OTHER_EXECUTION]);
  });

  it('is heard by the next monitor, too, for ten minutes and no longer', async () => {
    const { doorbell, aDoorbell, clock, looks, ring } = theDoorbell();
    ring();
    await doorbell.listen();
    await clock.advance(10 * MINUTE_MS - 1);
    await aDoorbell().listen();
    expect(looks).toEqual([EXECUTION, EXECUTION]);
    await clock.advance(2);
    await aDoorbell().listen();
    await doorbell.listen();
    expect(looks).toHaveLength(2);
  });

  it('is heard again as long as there is no room for a look', async () => {
    const { doorbell, looks, room, ring } = theDoorbell();
    ring();
    ring(OTHER_EXECUTION);
    room.left = 1;
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION]);
    room.left = 5;
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION, OTHER_EXECUTION]);
  });

  it('is not disturbed by what lies beside it', async () => {
    const { doorbell, clock, s3, looks, ring } = theDoorbell();
    const at = anExecutionId({ at: clock.now(), n: 500 });
    for (const key of [
      `${DOORBELL_PREFIX}${at}.json`,
      `${DOORBELL_PREFIX}${at}-../secret.json`,
      `${DOORBELL_PREFIX}zzz`,
    ])
      s3.place(STATE_STORAGE_BUCKET, key, 'not JSON');
    ring();
    await doorbell.listen();
    expect(looks).toEqual([EXECUTION]);
  });

  it('listens on after a listing that failed', async () => {
    const { doorbell, clock, s3, logger, looks, ring } = theDoorbell();
    ring();
    s3.fail('refused', { operation: 'ListObjectsV2' });
    const stop = new AbortController();
    const running = doorbell.run(stop.signal);
    await clock.untilSleeping();
    expect(looks).toEqual([]);
    expect(logger.events).toMatchObject([{ level: 'warn', message: 'doorbells could not be listed' }]);
    await clock.advance(1000);
    expect(looks).toEqual([EXECUTION]);
    stop.abort();
    await running;
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { COORDINATOR_METRICS } from '../../../coordinator/metric-names.ts';
import { SelfCheck } from '../../../coordinator/self-check.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, type TestCoordinator } from './a-coordinator.ts';

/** A coordinator that looks at itself, and what it measured last. */
function aSelfCheck(coordinator: TestCoordinator) {
  const { appStore, stateStorage, clock, logger, metrics } = coordinator;
  const check = new SelfCheck({ appStore, stateStorage, clock, logger, metrics });
  const stop = new AbortController();
  const begin = async () => {
    const running = check.run(stop.signal);
    onTestFinished(async () => {
      stop.abort();
      await running;
    });
    await clock.advance(0);
  };
  return { begin, measured: () => metrics.gauges.get(COORDINATOR_METRICS.storesNotAnswering)?.read() };
}

describe('what the coordinator measures of itself', () => {
  it('is nothing before it has looked, and no bucket missing while both answer', async () => {
    const { begin, measured } = aSelfCheck(await aCoordinator());
    expect(measured()).toBeUndefined();
    await begin();
    expect(measured()).toBe(0);
  });

  it.each([
    ['one bucket that denies', { bucket: APP_STORE_BUCKET, times: 1 }, 1],
    ['both', { times: 2 }, 2],
  ] as const)('counts %s, says so once, and is well again by itself', async (_what, { times, ...where }, expected) => {
    const coordinator = await aCoordinator();
    const { s3, clock, logger } = coordinator;
    const { begin, measured } = aSelfCheck(coordinator);
    s3.fail('denied', { ...where, times: 2 * times });
    await begin();
    expect(measured()).toBe(expected);
    await clock.advance(60_000);
    expect(measured()).toBe(expected);
    expect(logger.events).toHaveLength(1);
    expect(logger.events[0]).toMatchObject({
      level: 'error',
      message: 'Not able to work',
      fields: { complaints: expect.arrayContaining([expect.stringMatching(/AccessDenied/)]) as unknown },
    });
    await clock.advance(60_000);
    expect(measured()).toBe(0);
    expect(logger.events.map(({ message }) => message)).toEqual(['Not able to work', 'Able to work again']);
  });

  it('costs two requests a minute', async () => {
    const coordinator = await aCoordinator();
    const { s3, clock } = coordinator;
    await aSelfCheck(coordinator).begin();
    s3.calls.length = 0;
    await clock.advance(3 * 60_000);
    expect(s3.calls.map(({ operation, bucket }) => [operation, bucket])).toEqual(
      [1, 2, 3].flatMap(() => [
        ['ListObjectsV2', APP_STORE_BUCKET],
        ['ListObjectsV2', STATE_STORAGE_BUCKET],
      ]),
    );
  });
});

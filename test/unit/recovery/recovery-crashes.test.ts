import { describe, expect, it, vi } from 'vitest';
import type { Fault, S3Call } from '../../support/memory-s3.ts';
import { aSuccess } from '../monitor/builders.ts';
import { aFailedBooking, BOOKED, type AFailedBookingOptions } from './a-failed-booking.ts';

const SEED = Number(process.env.SEED ?? 7);

const HOLDINGS: readonly (readonly [string, AFailedBookingOptions])[] = [
  ['at home', { units: 800 }],
  ['in several documents', { units: 16 }],
];

/** The calls of a recovery that nothing disturbs. */
async function undisturbedCalls(options: AFailedBookingOptions): Promise<readonly S3Call[]> {
  const { recoverFully, s3 } = await aFailedBooking(options);
  await recoverFully();
  const calls = [...s3.calls];
  expect(calls.filter(({ operation }) => operation === 'PutObject').length).toBeGreaterThanOrEqual(4);
  return calls;
}

/** Every call of a short recovery; of a long one a sixteenth, which another SEED shifts. */
function pointsOf(calls: readonly S3Call[]): number[] {
  const stride = calls.length <= 24 ? 1 : Math.ceil(calls.length / 16);
  return [...calls.keys()].filter((k) => k % stride === SEED % stride);
}

describe.each(HOLDINGS)('recovery of an order that holds its seats %s', (_where, options) => {
  vi.setConfig({ testTimeout: 60_000 });

  it.each<Fault>(['unavailable', 'done-then-unavailable'])(
    'ends recovered and says what there was before, after dying at any call to S3, when another monitor goes on (%s)',
    async (fault) => {
      const calls = await undisturbedCalls(options);
      for (const k of pointsOf(calls)) {
        const { aMonitor, onEachCall, s3, expectUndone, expectCaptureRecorded } = await aFailedBooking(options);
        onEachCall((n) => (n < k ? undefined : n === k ? fault : 'unavailable'));
        const why = `died at call ${k}`;
        await expect(aMonitor().recoverFully(), why).rejects.toThrow();
        s3.onCall = undefined;
        expect((await aMonitor().recoverFully()).status, why).toBe('FAILED');
        await expectUndone(why);
        expectCaptureRecorded(why);
      }
    },
  );

  it('ends recovered after dying at any call, and once more in the monitor that goes on', async () => {
    const calls = await undisturbedCalls(options);
    for (const first of pointsOf(calls)) {
      for (const second of [first, (first * 7 + SEED) % calls.length]) {
        const { aMonitor, onEachCall, s3, expectUndone, expectCaptureRecorded } = await aFailedBooking(options);
        for (const k of [first, second]) {
          onEachCall((n) => (n < k ? undefined : n === k ? 'done-then-unavailable' : 'unavailable'));
          await aMonitor()
            .recoverFully()
            .catch(() => 'died');
        }
        s3.onCall = undefined;
        await aMonitor().recoverFully();
        await expectUndone(`died at calls ${first} and ${second}`);
        expectCaptureRecorded(`died at calls ${first} and ${second}`);
      }
    }
  });

  it.each<Fault>(['unavailable', 'refused', 'done-then-unavailable', 'lost-response', 'conflict'])(
    'ends recovered when any one call fails: %s',
    async (fault) => {
      const calls = await undisturbedCalls(options);
      for (const k of pointsOf(calls)) {
        // Only a conditional write can lose its answer to its own repetition, or meet another one.
        if ((fault === 'lost-response' || fault === 'conflict') && calls[k]?.operation !== 'PutObject') continue;
        const { aMonitor, onEachCall, expectUndone, expectCaptureRecorded, s3 } = await aFailedBooking(options);
        onEachCall((n) => (n === k ? fault : undefined));
        const execution = await aMonitor()
          .recoverFully()
          .catch(() => aMonitor().recoverFully());
        s3.onCall = undefined;
        expect(execution.status, `call ${k}`).toBe('FAILED');
        await expectUndone(`call ${k}`);
        expectCaptureRecorded(`call ${k}`);
      }
    },
  );

  it('keeps or undoes all, whenever the function that was given up goes on', async () => {
    const calls = await undisturbedCalls(options);
    const endings = new Set<string>();
    for (let captureAt = 0; captureAt <= calls.length; captureAt += Math.ceil(calls.length / 12)) {
      for (const recordAt of [captureAt, captureAt + 1, captureAt + 3]) {
        const { aMonitor, store, hold, capture, onEachCall, s3, expectUndone, expectKept } = await aFailedBooking({
          ...options,
          isCaptured: false,
        });
        let isPaid = false;
        onEachCall(async (n) => {
          if (n === captureAt) {
            await hold();
            isPaid = (await capture()).status === 'captured';
          }
          if (n === recordAt && isPaid) await store.putStepRecord(aSuccess('payment', BOOKED));
          return undefined;
        });
        const { status } = await aMonitor().recoverFully();
        s3.onCall = undefined;
        const why = `paid at call ${captureAt}, said so at call ${recordAt}: ${status}`;
        await (status === 'SUCCEEDED' ? expectKept(why) : expectUndone(why));
        endings.add(status);
      }
    }
    expect(endings).toEqual(new Set(['SUCCEEDED', 'FAILED']));
  });

  it('by two monitors at once, in any order of their calls, is one recovery', async () => {
    for (let seed = SEED; seed < SEED + 12; seed += 1) {
      const { aMonitor, s3, logger, facts, expectUndone, expectCaptureRecorded } = await aFailedBooking(options);
      const draw = drawsFrom(seed);
      s3.onCall = async () => {
        for (let turns = Math.floor(draw() * 6); turns > 0; turns -= 1) await new Promise(setImmediate);
        return undefined;
      };
      const both = await Promise.all([aMonitor().recoverFully(), aMonitor().recoverFully()]);
      s3.onCall = undefined;
      expect(both.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
      expect(facts(), `seed ${seed}`).toEqual(['confirm-order.json', 'payment.json', 'recovery.json']);
      expect(logger.events.map(({ message }) => message).sort(), `seed ${seed}`).toEqual([
        'execution recovered',
        'step failed',
      ]);
      await expectUndone(`seed ${seed}`);
      expectCaptureRecorded(`seed ${seed}`);
    }
  });
});

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function drawsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

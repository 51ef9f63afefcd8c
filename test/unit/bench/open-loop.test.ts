import { describe, expect, it } from 'vitest';
import { runOpenLoop, type OpenLoopOptions } from '../../../bench/control-node/open-loop.ts';

/** A clock that whoever sleeps by it makes pass. */
function aClock() {
  let now = 1_000_000;
  const sleep = (ms: number) => {
    now += ms;
    return Promise.resolve();
  };
  return { now: () => now, sleep };
}

/** Orders at ten a second, named by their number; those that were placed, and what ends them. */
function start({ durationMs, ...others }: Pick<OpenLoopOptions, 'durationMs'> & Partial<OpenLoopOptions>) {
  const clock = aClock();
  const placedAt: (readonly [order: string, at: number])[] = [];
  const waiting: (() => void)[] = [];
  const begunAt = clock.now();
  const running = runOpenLoop({
    client: {
      place: ({ itemId }) => {
        placedAt.push([itemId, clock.now() - begunAt]);
        return Promise.resolve(itemId);
      },
    },
    ends: { ended: () => new Promise((resolve) => waiting.push(() => resolve(clock.now()))) },
    ordersPerSecond: 10,
    durationMs,
    orderOf: (number) => ({ itemId: `order-${number}`, quantity: 1, paymentMethod: 'pm' }),
    clock,
    signal: new AbortController().signal,
    ...others,
  });
  return { placedAt, waiting, running };
}

describe('orders that come at a steady rate', () => {
  it('are placed whether or not those before have ended, and all are waited for', async () => {
    const { placedAt, waiting, running } = start({ durationMs: 300 });
    await expect.poll(() => waiting.length).toBe(3);
    expect(placedAt).toEqual([
      ['order-0', 0],
      ['order-1', 100],
      ['order-2', 200],
    ]);
    for (const end of waiting) end();
    await expect(running).resolves.toEqual({ isOverrun: false, endToEndMs: [200, 100, 0] });
  });

  it('end the measurement when they pile up, which says so', async () => {
    const { placedAt, waiting, running } = start({ durationMs: 1_000_000 });
    await expect.poll(() => waiting.length).toBe(51);
    for (const end of waiting) end();
    await expect(running).resolves.toMatchObject({ isOverrun: true, endToEndMs: { length: 51 } });
    expect(placedAt).toHaveLength(51);
  });

  it('are given up when one cannot be placed', async () => {
    const client = { place: () => Promise.reject(new Error('POST /orders was answered with 500')) };
    const { running } = start({ durationMs: 300, client });
    await expect(running).rejects.toThrow('answered with 500');
  });
});

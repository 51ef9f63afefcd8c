import { describe, expect, it } from 'vitest';
import { ExecutionQueue } from '../../../../monitor/queue/execution-queue.ts';
import type { Urgency } from '../../../../monitor/queue/urgency.ts';
import { WorkPace } from '../../../../monitor/queue/work-pace.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { aFailure } from '../builders.ts';

const LOOK_MS = 20;

/** Looks take their time, and are remembered with the instant at which they began. */
function aPacedQueue() {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const pace = new WorkPace(clock, { looksPerSecond: 100, invocationsPerSecond: 10 });
  const looks: { executionId: string; atMs: number }[] = [];
  const queue = new ExecutionQueue({
    concurrency: 16,
    capacity: 10_000,
    metrics: new RecordingMetrics(),
    pacing: { pace, clock },
    examine: async (executionId) => {
      looks.push({ executionId, atMs: clock.now() - startedAt });
      await clock.sleep(LOOK_MS);
    },
    onError: (executionId) => {
      throw new Error(`the look at ${executionId} failed`);
    },
  });
  const addAll = (count: number, urgency: Urgency) => {
    for (let n = 0; n < count; n += 1) queue.add(`${urgency}-${n}`, undefined, urgency);
  };
  return { clock, queue, looks, addAll };
}

describe('the queue of executions, paced', () => {
  it('lets ten thousand that come at once become a stream', async () => {
    const { clock, looks, addAll, queue } = aPacedQueue();
    addAll(10_000, 'backlog');
    await clock.advance(10_000);
    // What lay ready, and then so many a second.
    expect(looks.length).toBeGreaterThan(1_000);
    expect(looks.length).toBeLessThanOrEqual(1_011);
    for (let second = 0; second < 10; second += 1) {
      const begun = looks.filter(({ atMs }) => atMs >= second * 1_000 && atMs < (second + 1) * 1_000).length;
      expect(begun).toBeLessThanOrEqual(second === 0 ? 111 : 101);
    }
    expect(queue.size).toBe(10_000 - looks.length + looks.filter(({ atMs }) => atMs > 10_000 - LOOK_MS).length);
  });

  it('looks at what is reported at once, whatever waits', async () => {
    const { clock, looks, addAll, queue } = aPacedQueue();
    addAll(10_000, 'backlog');
    addAll(1_000, 'young');
    await clock.advance(5_000);
    queue.add('new', { step: 'payment', failure: aFailure() });
    await clock.advance(100);
    const look = looks.find(({ executionId }) => executionId === 'new');
    expect(look?.atMs).toBeLessThanOrEqual(5_050);
  });

  it('ends its waiting when it is stopped', async () => {
    const { clock, looks, addAll, queue } = aPacedQueue();
    addAll(1_000, 'backlog');
    await clock.advance(1_000);
    queue.stop();
    const begun = looks.length;
    await clock.advance(10_000);
    await queue.settled();
    expect(looks).toHaveLength(begun);
    expect(clock.sleeping).toBe(0);
  });
});

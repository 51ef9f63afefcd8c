import { describe, expect, it } from 'vitest';
import { ExecutionQueue, type StepFailure } from '../../../../monitor/queue/execution-queue.ts';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import type { Failure } from '../../../../workflow/failure.ts';
import { aFailure } from '../builders.ts';

const aStepFailure = (attempt: number, signal: Failure['signal'] = 'log'): StepFailure => ({
  step: 'payment',
  failure: aFailure({ attempt, signal }),
});

function theQueue({ concurrency = 2, capacity = 10 } = {}) {
  const looks: {
    executionId: string;
    failures: readonly StepFailure[];
    finish: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const errors: string[] = [];
  const metrics = new RecordingMetrics();
  const queue = new ExecutionQueue({
    concurrency,
    capacity,
    metrics,
    examine: (executionId, failures) =>
      new Promise((finish, fail) => looks.push({ executionId, failures, finish, fail })),
    onError: (executionId) => errors.push(executionId),
  });
  return { queue, looks, errors, metrics, ids: () => looks.map(({ executionId }) => executionId) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue of executions', () => {
  it('looks at one execution once at a time, and again for what was reported meanwhile', async () => {
    const { queue, looks, ids } = theQueue();
    queue.add('a', aStepFailure(1));
    queue.add('a', aStepFailure(2));
    queue.add('a', aStepFailure(3));
    expect(ids()).toEqual(['a']);
    looks[0]?.finish();
    await turn();
    expect(looks[1]?.failures.map(({ failure }) => failure.attempt)).toEqual([2, 3]);
  });

  it('keeps the first of several reports of one attempt', async () => {
    const { queue, looks } = theQueue({ concurrency: 0 });
    queue.add('a', aStepFailure(1));
    queue.add('a', { step: 'payment', failure: aFailure({ attempt: 1, kind: 'TYPE_ERROR' }) });
    expect(looks).toEqual([]);
    expect(queue.size).toBe(1);
  });

  it('tells what each signal said of one attempt, once for each', async () => {
    const { queue, looks } = theQueue({ concurrency: 1 });
    queue.add('busy');
    for (const signal of ['log', 'destination', 'log', 'destination'] as const) queue.add('a', aStepFailure(1, signal));
    looks[0]?.finish();
    await turn();
    expect(looks[1]?.failures.map(({ failure }) => failure.signal)).toEqual(['log', 'destination']);
  });

  it('lets a slow execution delay no other', async () => {
    const { queue, looks, ids } = theQueue();
    for (const id of ['slow', 'b', 'c']) queue.add(id);
    expect(ids()).toEqual(['slow', 'b']);
    looks[1]?.finish();
    await turn();
    expect(ids()).toEqual(['slow', 'b', 'c']);
  });

  it('turns executions away when it is full, and counts them', () => {
    const { queue, metrics } = theQueue({ concurrency: 1, capacity: 1 });
    for (const id of ['a', 'b', 'c', 'd']) queue.add(id);
    expect(metrics.total(MONITOR_METRICS.looksTurnedAway)).toBe(2);
    expect(queue.has('b')).toBe(true);
    expect(queue.has('d')).toBe(false);
  });

  it('reports a look that failed and goes on with the next', async () => {
    const { queue, looks, errors, ids } = theQueue({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    looks[0]?.fail(new Error('S3 is down'));
    await turn();
    expect(errors).toEqual(['a']);
    expect(ids()).toEqual(['a', 'b']);
  });

  it('tells the next look what a look that failed had been told', async () => {
    const { queue, looks } = theQueue();
    queue.add('a', aStepFailure(1));
    looks[0]?.fail(new Error('S3 is down'));
    await turn();
    queue.add('a');
    expect(looks[1]?.failures).toEqual([aStepFailure(1)]);
  });

  it('begins nothing more once it is stopped', async () => {
    const { queue, looks, ids } = theQueue({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    queue.stop();
    looks[0]?.finish();
    queue.add('c');
    await queue.settled();
    expect(ids()).toEqual(['a']);
  });

  it('is settled once everything has been looked at', async () => {
    const { queue, looks } = theQueue();
    await queue.settled();
    queue.add('a');
    const settled = queue.settled();
    looks[0]?.finish();
    await settled;
    expect(queue.size).toBe(0);
  });
});

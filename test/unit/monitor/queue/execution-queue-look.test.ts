import { describe, expect, it } from 'vitest';
import { ExecutionQueue, type Looked, type StepFailure } from '../../../../monitor/queue/execution-queue.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { aFailure } from '../builders.ts';

const A_FAILURE: StepFailure = { step: 'payment', failure: aFailure() };

function theQueue({ concurrency = 1, capacity = 10 } = {}) {
  const looks: { finish: () => void; fail: (error: Error) => void }[] = [];
  const queue = new ExecutionQueue({
    concurrency,
    capacity,
    metrics: new RecordingMetrics(),
    examine: () => new Promise((finish, fail) => looks.push({ finish, fail })),
    onError: () => undefined,
  });
  const told: Looked[] = [];
  const look = (executionId: string) => void queue.look(executionId, A_FAILURE).then((looked) => told.push(looked));
  return { queue, looks, look, told };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('who asks for a look', () => {
  it('is told that there was none when the look fails', async () => {
    const { looks, look, told } = theQueue();
    look('a');
    looks[0]?.fail(new Error('S3 is away'));
    await turn();
    expect(told).toEqual(['not-looked']);
  });

  it('is told so at once when too many wait already', async () => {
    const { look, told } = theQueue({ concurrency: 0, capacity: 1 });
    look('a');
    look('b');
    await turn();
    expect(told).toEqual(['not-looked']);
  });

  it('is told so when the queue stops before it is their turn, and ever after', async () => {
    const { queue, look, told } = theQueue({ concurrency: 0 });
    look('a');
    queue.stop();
    look('b');
    await turn();
    expect(told).toEqual(['not-looked', 'not-looked']);
  });

  it('is not answered by the look that was under way before', async () => {
    const { queue, looks, look, told } = theQueue();
    queue.add('a');
    look('a');
    look('a');
    looks[0]?.finish();
    await turn();
    expect(told).toEqual([]);
    looks[1]?.finish();
    await turn();
    expect(told).toEqual(['looked', 'looked']);
  });

  it('waits for a look that others asked for without wanting to know', async () => {
    const { queue, looks, look, told } = theQueue();
    queue.add('other');
    queue.add('a');
    look('a');
    looks[0]?.finish();
    await turn();
    looks[1]?.finish();
    await turn();
    expect(told).toEqual(['looked']);
    expect(looks).toHaveLength(2);
  });
});

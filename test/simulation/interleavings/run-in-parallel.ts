import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SimulateOptions } from './simulate-options.ts';
import { added, NOTHING_YET, type Batch, type Tally } from './run-batch.ts';

/** So many that their start costs nothing, so few that all processes end at about the same time. */
const SCHEDULES_A_BATCH = 100;
/** Once this many have failed, more of them tell nothing new. */
const ENOUGH_FAILURES = 20;

/** Runs schedules in as many processes as are wanted. Which one runs which changes nothing: each has its own seed. */
export async function runInParallel(
  options: SimulateOptions,
  processes: number,
  onProgress: (soFar: Tally) => void,
): Promise<Tally> {
  let soFar = NOTHING_YET;
  const batches = batchesOf(options);
  const work = async () => {
    const child = fork(fileURLToPath(new URL('batch-worker.ts', import.meta.url)));
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`a process that ran schedules ended with code ${code}`);
    });
    died.catch(() => undefined); // It ends when it is told to as well.
    try {
      for (const batch of batches) {
        if (soFar.failures.length >= ENOUGH_FAILURES) return;
        child.send(batch);
        const [tally] = (await Promise.race([once(child, 'message'), died])) as [Tally];
        soFar = added(soFar, tally);
        onProgress(soFar);
      }
    } finally {
      child.disconnect();
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return soFar;
}

function* batchesOf({ schedules, seed, without, broken }: SimulateOptions): Generator<Batch, void, undefined> {
  for (let first = 0; first < schedules; first += SCHEDULES_A_BATCH)
    yield { firstSeed: seed + first, schedules: Math.min(SCHEDULES_A_BATCH, schedules - first), without, broken };
}

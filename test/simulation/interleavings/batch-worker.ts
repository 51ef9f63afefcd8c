import { runBatch, type Batch } from './run-batch.ts';

/** A process that runs the batches it is sent, one after the other, until whoever sends them is gone. */
// Schedules throw by the thousand, and nobody reads where. One that fails is run again elsewhere.
Error.stackTraceLimit = 0;
process.on('disconnect', () => process.exit());
process.on('message', (batch: Batch) => {
  void runBatch(batch).then((tally) => process.send?.(tally));
});

import { withProgress } from '../demo/report/progress.ts';
import { runToExit } from '../platform/run-to-exit.ts';
import { parseOptions, USAGE, UsageError, type ChaosOptions } from './options.ts';
import { resumeTask } from './resume/resume-task.ts';
import { roundsTask } from './rounds-task.ts';
import type { Task } from './task.ts';

/**
 * `npm run chaos`. Standard output has the result, standard error everything else. Exit code 0: nothing was violated; 1:
 * something was; 2: it could not begin; 130: interrupted.
 */

const FAILED = 1;
const COULD_NOT_BEGIN = 2;
const CLOSE_TIMEOUT_MS = 30_000;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  let options: ChaosOptions;
  try {
    options = parseOptions(args, Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = COULD_NOT_BEGIN;
    return;
  }
  switch (options.mode) {
    case 'help':
      process.stdout.write(USAGE);
      break;
    case 'rounds':
      await runTask(await roundsTask(options, process.env));
      break;
    case 'resume':
      await runTask(await resumeTask(options, process.env));
      break;
  }
}

function runTask(task: Task): Promise<void> {
  return runToExit({
    name: 'chaos',
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    run: async (signal) => {
      if (await withProgress(process.stderr, (progress) => task.run(signal, progress))) return 0;
      process.stderr.write(`${task.whereToLook}\n`);
      return FAILED;
    },
    closers: [
      { name: 'processes', close: () => task.close() },
      { name: 'what was stored', close: (exitCode) => (exitCode === FAILED ? undefined : task.discard()) },
    ],
    tellFailure: (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n${task.whereToLook}\n`);
      return FAILED;
    },
  });
}

import { createProgress } from '../demo/report/progress.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { parseOptions, USAGE, UsageError, type ChaosOptions } from './options.ts';
import { resumeTask } from './resume/resume-task.ts';
import { roundsTask } from './rounds-task.ts';
import type { Task } from './task.ts';

/**
 * `npm run chaos`. Standard output has the result, standard error everything else. Exit code 0: nothing was violated; 1:
 * something was; 2: it could not begin; 130: interrupted.
 */

const INTERRUPTED = 130;
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
      await runToExit(await roundsTask(options, process.env));
      break;
    case 'resume':
      await runToExit(await resumeTask(options, process.env));
      break;
  }
}

async function runToExit(task: Task): Promise<void> {
  const progress = createProgress(process.stderr);
  let exitCode: number | undefined;
  const shutdown = installShutdown({
    logger: createLogger({ name: 'chaos', level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: CLOSE_TIMEOUT_MS,
    target: {
      on: (event, listener) => process.on(event, listener),
      exit: (code) => process.exit(code === 0 ? (exitCode ?? INTERRUPTED) : code),
    },
  });
  shutdown.onClose('what was stored', () => (exitCode === 1 ? undefined : task.discard()));
  shutdown.onClose('processes', () => task.close());
  const running = task.run(shutdown.signal, progress);
  shutdown.onClose('run', async () => {
    await running.catch(() => undefined);
  });
  try {
    exitCode = (await running) ? 0 : 1;
    if (exitCode === 1) process.stderr.write(`${task.whereToLook}\n`);
  } catch (error) {
    // An interrupted run fails in all kinds of ways; the shutdown is under way already.
    if (!shutdown.signal.aborted) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n${task.whereToLook}\n`);
      exitCode = 1;
    }
  }
  progress.end();
  await shutdown.close('chaos is over');
}

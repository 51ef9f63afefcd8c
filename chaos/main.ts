import { setMaxListeners } from 'node:events';
import { LaptopTargets } from '../demo/laptop-targets.ts';
import { createProgress, type Progress } from '../demo/report/progress.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { roughConditions } from './conditions.ts';
import { parseOptions, USAGE, UsageError, type ChaosOptions, type RoundsOptions } from './options.ts';
import { roundLine, summaryLine, violationLines } from './report.ts';
import { runRounds } from './run-rounds.ts';

/**
 * `npm run chaos`. Standard output has the result, standard error everything else. Exit code 0: nothing was violated; 1:
 * something was; 2: it could not begin; 130: interrupted.
 */

const INTERRUPTED = 130;
const COULD_NOT_BEGIN = 2;

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
  if (options.mode === 'help') process.stdout.write(USAGE);
  else await runToExit(options);
}

async function runToExit(options: RoundsOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  const source = await LaptopTargets.create({
    hostEnvironment: process.env,
    conditions: roughConditions(options.seed),
    // Ends of processes are what this is about: the report counts them.
    onExited: () => undefined,
  });
  let exitCode: number | undefined;
  const shutdown = installShutdown({
    logger: createLogger({ name: 'chaos', level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: source.closeTimeoutMs,
    target: {
      on: (event, listener) => process.on(event, listener),
      exit: (code) => process.exit(code === 0 ? (exitCode ?? INTERRUPTED) : code),
    },
  });
  // Each customer and each planned kill waits for its end.
  setMaxListeners(0, shutdown.signal);
  shutdown.onClose('what was stored', () => (exitCode === 1 ? undefined : source.discard()));
  shutdown.onClose('targets', () => source.close());
  const running = run(options, source, progress, shutdown.signal);
  shutdown.onClose('run', async () => {
    await running.catch(() => undefined);
  });
  try {
    exitCode = await running;
  } catch (error) {
    // An interrupted run fails in all kinds of ways; the shutdown is under way already.
    if (!shutdown.signal.aborted) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n${source.whereToLook}\n`);
      exitCode = 1;
    }
  }
  progress.end();
  await shutdown.close('chaos is over');
}

/** The exit code. */
async function run(
  options: RoundsOptions,
  source: LaptopTargets,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const { targets, surroundings } = await source.open({ count: 1, signal, progress });
  const [system] = source.systems;
  if (system === undefined) throw new Error('there is no system');
  const results = await runRounds({
    options,
    target: targets[0],
    system,
    surroundings,
    onRound: (number, seed) => progress.show(`round ${number} of ${options.rounds}, seed ${seed}`),
    onResult: (result) => process.stdout.write(`${roundLine(result)}\n`),
  });
  const violated = results.find(({ violations }) => violations.length > 0);
  if (violated !== undefined)
    process.stderr.write(`${violationLines(violated, options.orders)}\n${source.whereToLook}\n`);
  process.stdout.write(`${summaryLine(results)}\n`);
  return violated === undefined ? 0 : 1;
}

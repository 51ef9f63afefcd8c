import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { describeExit } from '../laptop/process-exit.ts';
import { LaptopTargets } from './laptop-targets.ts';
import { parseOptions, UsageError, usageText, type DemoOptions } from './options.ts';
import { createProgress, type Progress } from './report/progress.ts';
import { toJson } from './report/json.ts';
import { invariantLines, loadLines, scenarioTable } from './report/summary.ts';
import { runDemo, type DemoResult } from './run.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { startSilentListener } from './silent-listener.ts';

/**
 * `npm run demo`. Standard output has the result, standard error everything else. Exit code 0: everything as expected;
 * 1: something was not; 2: wrong options; 130: interrupted.
 */

const SHUTDOWN_MS = 30_000;
const INTERRUPTED = 130;
/** Waiting is most of what the scenarios do, and a fault of one would be another's as well: two systems share them. */
const SYSTEMS_FOR_SCENARIOS = 2;
/** Nobody listens on the discard port, and nothing may be started there without being root. */
const CLOSED_ENDPOINT = 'http://127.0.0.1:9';

type RunnableOptions = Exclude<DemoOptions, { mode: 'help' }>;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const names = SCENARIOS.map(({ name }) => name);
  let options: DemoOptions;
  try {
    options = parseOptions(args, names, Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usageText(names)}`);
    process.exitCode = 2;
    return;
  }
  if (options.mode === 'help') process.stdout.write(usageText(names));
  else await runToExit(options);
}

async function runToExit(options: RunnableOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  const laptop = await LaptopTargets.create();
  let exitCode: number | undefined;
  const shutdown = installShutdown({
    logger: createLogger({ name: 'demo', level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: SHUTDOWN_MS,
    target: {
      on: (event, listener) => process.on(event, listener),
      exit: (code) => process.exit(code === 0 ? (exitCode ?? INTERRUPTED) : code),
    },
  });
  shutdown.onClose('state folder', () => (exitCode === 1 ? undefined : laptop.removeState()));
  shutdown.onClose('systems', () => laptop.stop());
  const running = run(options, laptop, progress, shutdown.signal);
  // Interrupted, it still takes its faults out before the systems go.
  shutdown.onClose('run', async () => {
    await running.catch(() => undefined);
  });
  try {
    const result = await running;
    print(result, options, laptop);
    exitCode = result.ok ? 0 : 1;
  } catch (error) {
    // An interrupted run fails in all kinds of ways; the shutdown is under way already.
    if (!shutdown.signal.aborted) {
      exitCode = 1;
      process.stderr.write(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${whereLogsAre(laptop)}`,
      );
    }
  }
  progress.end();
  await shutdown.close('the demo is over');
}

async function run(
  options: RunnableOptions,
  laptop: LaptopTargets,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoResult> {
  const silent = await startSilentListener();
  try {
    const isShort = options.mode === 'load' || options.only.length === 1;
    const [first, ...others] = await laptop.start({
      count: isShort ? 1 : SYSTEMS_FOR_SCENARIOS,
      hostEnvironment: process.env,
      signal,
      onProgress: (what) => progress.show(what),
      onExited: (exit) => progress.say(describeExit(exit)),
    });
    if (first === undefined) throw new Error('no system was started');
    // Stories go where they do not disturb: with --json standard output has the document alone.
    const tell = (story: string) => {
      if (options.json) progress.say(`${story}\n`);
      else process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[2K' : ''}${story}\n\n`);
    };
    return await runDemo({
      options,
      targets: [first, ...others],
      surroundings: { closedEndpoint: CLOSED_ENDPOINT, silentEndpoint: silent.url },
      progress,
      tell,
    });
  } finally {
    silent.close();
  }
}

function print(result: DemoResult, options: RunnableOptions, laptop: LaptopTargets): void {
  const parts = [
    ...(result.load === undefined
      ? [scenarioTable(result.scenarios, result.invariants)]
      : [loadLines(result.load, result.load.seed)]),
    invariantLines(result.invariants),
    result.ok ? 'Everything was as expected.' : 'Something was NOT as expected.',
  ];
  const report = `${parts.join('\n\n')}\n`;
  (options.json ? process.stderr : process.stdout).write(report);
  if (options.json) process.stdout.write(`${toJson(result)}\n`);
  if (!result.ok) process.stderr.write(whereLogsAre(laptop));
}

function whereLogsAre({ stateFolder, logFolders }: LaptopTargets): string {
  return `What the processes logged and everything they stored is kept in ${stateFolder}\n${logFolders.map((folder) => `  ${folder}\n`).join('')}`;
}

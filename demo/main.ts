import { CannotBeginError } from '../laptop/cannot-begin-error.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { DeployedTarget } from './deployed-target.ts';
import { FaultCallError } from './faults/fault-injector.ts';
import { LaptopTargets } from './laptop-targets.ts';
import { parseOptions, UsageError, usageText, type DemoOptions, type RunnableOptions } from './options.ts';
import { createProgress, type Progress } from './report/progress.ts';
import { toJson } from './report/json.ts';
import { invariantLines, loadLines, scenarioTable } from './report/summary.ts';
import { runDemo, type DemoResult } from './run.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { ClaimLostError } from './stack-claim.ts';
import type { TargetSource } from './target-source.ts';

/**
 * `npm run demo`. Standard output has the result, standard error everything else. Exit code 0: everything as expected;
 * 1: something was not; 2: it could not begin, and nothing was broken; 130: interrupted.
 */

const INTERRUPTED = 130;
const COULD_NOT_BEGIN = 2;
/** Waiting is most of what the scenarios do, and a fault of one would be another's as well: two systems share them. */
const SYSTEMS_FOR_SCENARIOS = 2;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const names = SCENARIOS.map(({ name }) => name);
  let options: DemoOptions;
  try {
    options = parseOptions(args, names, Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usageText(names)}`);
    process.exitCode = COULD_NOT_BEGIN;
    return;
  }
  if (options.mode === 'help') process.stdout.write(usageText(names));
  else await runToExit(options);
}

async function runToExit(options: RunnableOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  const source =
    options.stack === undefined
      ? await LaptopTargets.create({ hostEnvironment: process.env })
      : new DeployedTarget(options.stack);
  let exitCode: number | undefined;
  const shutdown = installShutdown({
    logger: createLogger({ name: 'demo', level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: source.closeTimeoutMs,
    target: {
      on: (event, listener) => process.on(event, listener),
      exit: (code) => process.exit(code === 0 ? (exitCode ?? INTERRUPTED) : code),
    },
  });
  shutdown.signal.addEventListener('abort', () => {
    // A run that has ended by itself has its exit code by now.
    if (exitCode === undefined) progress.say(source.interruptedNotice);
  });
  shutdown.onClose('what was stored', () => (exitCode === 1 ? undefined : source.discard()));
  shutdown.onClose('targets', () => source.close());
  const running = run(options, source, progress, shutdown.signal);
  // Interrupted, it still takes its faults out before the systems go.
  shutdown.onClose('run', async () => {
    await running.catch(() => undefined);
  });
  try {
    const result = await running;
    print(result, options, source);
    exitCode = result.ok ? 0 : 1;
  } catch (error) {
    // An interrupted run fails in all kinds of ways; the shutdown is under way already.
    if (!shutdown.signal.aborted || error instanceof FaultCallError) exitCode = tellFailure(error, source);
  }
  progress.end();
  await shutdown.close('the demo is over');
}

async function run(
  options: RunnableOptions,
  source: TargetSource,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoResult> {
  const isShort = options.mode === 'load' || options.only.length === 1;
  const { targets, surroundings } = await source.open({ count: isShort ? 1 : SYSTEMS_FOR_SCENARIOS, signal, progress });
  // Stories go where they do not disturb: with --json standard output has the document alone.
  const tell = (story: string) => {
    if (options.json) progress.say(`${story}\n`);
    else process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[2K' : ''}${story}\n\n`);
  };
  return runDemo({ options, targets, surroundings, progress, tell });
}

/** The exit code. */
function tellFailure(error: unknown, source: TargetSource): number {
  if (error instanceof CannotBeginError) {
    process.stderr.write(`${error.message}\n`);
    return COULD_NOT_BEGIN;
  }
  // It says all there is to say; of anything else the stack is worth seeing.
  const isPlain = error instanceof FaultCallError || error instanceof ClaimLostError;
  const text = error instanceof Error ? ((isPlain ? undefined : error.stack) ?? error.message) : String(error);
  process.stderr.write(`${text}\n${source.whereToLook}\n`);
  return 1;
}

function print(result: DemoResult, options: RunnableOptions, source: TargetSource): void {
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
  if (!result.ok) process.stderr.write(`${source.whereToLook}\n`);
}

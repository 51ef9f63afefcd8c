import { CannotBeginError } from '../laptop/cannot-begin-error.ts';
import { runToExit } from '../platform/run-to-exit.ts';
import { DeployedTarget } from './deployed-target.ts';
import { FaultCallError } from './faults/fault-injector.ts';
import { LaptopTargets } from './laptop-targets.ts';
import { parseOptions, UsageError, usageText, type DemoOptions, type RunnableOptions } from './options.ts';
import { withProgress, type Progress } from './report/progress.ts';
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

const FAILED = 1;
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
  else await demonstrate(options);
}

async function demonstrate(options: RunnableOptions): Promise<void> {
  const source =
    options.stack === undefined
      ? await LaptopTargets.create({ hostEnvironment: process.env })
      : new DeployedTarget(options.stack);
  await runToExit({
    name: 'demo',
    closeTimeoutMs: source.closeTimeoutMs,
    // Interrupted, it still takes its faults out before the systems go.
    run: async (signal) => {
      const result = await withProgress(process.stderr, (progress) => runTold(options, source, progress, signal));
      print(result, options, source);
      return result.ok ? 0 : FAILED;
    },
    closers: [
      { name: 'targets', close: () => source.close() },
      { name: 'what was stored', close: (exitCode) => (exitCode === FAILED ? undefined : source.discard()) },
    ],
    tellFailure: (error) => tellFailure(error, source),
    isToldAnyway: (error) => error instanceof FaultCallError,
  });
}

/** Says what is still done when it is interrupted meanwhile. */
async function runTold(
  options: RunnableOptions,
  source: TargetSource,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoResult> {
  const tell = () => progress.say(source.interruptedNotice);
  signal.addEventListener('abort', tell, { once: true });
  try {
    return await run(options, source, progress, signal);
  } finally {
    signal.removeEventListener('abort', tell);
  }
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
  return FAILED;
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

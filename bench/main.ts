import { withProgress, type Progress } from '../demo/report/progress.ts';
import { runToExit } from '../platform/run-to-exit.ts';
import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { classifierBenchmark } from './classifier.ts';
import { controlNodeBenchmark } from './control-node/control-node-benchmark.ts';
import { growthBenchmark } from './growth/growth-benchmark.ts';
import { DEFAULT_EXECUTIONS, parseOptions, usage, UsageError, type BenchOptions } from './options.ts';
import { countForSmoke, requestsBenchmark } from './requests/requests-benchmark.ts';
import { writeReadmeTables } from './readme-tables.ts';
import { beginRun, saveRun, type RunDocument } from './run-document.ts';
import { wholeWayBenchmark } from './whole-way/whole-way-benchmark.ts';
import { judge, readExpected, writeExpected } from './smoke.ts';

/**
 * `npm run bench`. Standard output has the result, standard error everything else. Exit code 0: measured, and no count grew;
 * 1: one did, or it failed; 2: the options are wrong; 130: interrupted.
 */

const BENCHMARKS: readonly Benchmark[] = [
  wholeWayBenchmark,
  requestsBenchmark,
  controlNodeBenchmark,
  classifierBenchmark,
  growthBenchmark,
];
const COULD_NOT_BEGIN = 2;
/** A system's processes end within seconds. */
const CLOSE_TIMEOUT_MS = 30_000;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  let options: BenchOptions;
  try {
    options = parseOptions(
      args,
      BENCHMARKS.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage(BENCHMARKS)}`);
    process.exitCode = COULD_NOT_BEGIN;
    return;
  }
  if (options.mode === 'help') process.stdout.write(usage(BENCHMARKS));
  else
    await runToExit({
      name: 'bench',
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
      run: (signal) => withProgress(process.stderr, (progress) => run(options, progress, signal)),
    });
}

/** The exit code. */
async function run(
  options: Exclude<BenchOptions, { readonly mode: 'help' }>,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const context = { hostEnvironment: process.env, progress, signal, executions: DEFAULT_EXECUTIONS };
  switch (options.mode) {
    case 'smoke':
      return runSmoke(options.isUpdate, context);
    case 'benchmarks':
      return runBenchmarks(options, { ...context, executions: options.executions });
  }
}

async function runSmoke(isUpdate: boolean, context: BenchmarkContext): Promise<number> {
  const counted = await countForSmoke(context);
  const { hasGrown, text } = isUpdate
    ? { hasGrown: false, text: writeExpected(counted) }
    : judge(readExpected(), counted);
  process.stdout.write(text);
  return hasGrown ? 1 : 0;
}

async function runBenchmarks(
  { only, json, isSaved }: Extract<BenchOptions, { readonly mode: 'benchmarks' }>,
  context: BenchmarkContext,
): Promise<number> {
  const beginning = beginRun();
  const results: Record<string, unknown> = {};
  let wholeWay: string | undefined;
  for (const benchmark of BENCHMARKS) {
    if (only.length > 0 && !only.includes(benchmark.name)) continue;
    context.progress.show(`measuring ${benchmark.name}`);
    const measured = await benchmark.run(context);
    results[benchmark.name] = measured.results;
    if (benchmark === wholeWayBenchmark) wholeWay = measured.text;
    if (!json) process.stdout.write(`${measured.text}\n`);
  }
  const document: RunDocument = { ...beginning, results };
  if (isSaved) context.progress.say(`kept in ${saveRun(document)}`);
  if (isSaved && wholeWay !== undefined) context.progress.say(`tables in ${writeReadmeTables(document, wholeWay)}`);
  if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
  return 0;
}

import { availableParallelism } from 'node:os';
import { protocolNamed } from './interleavings/broken-protocols.ts';
import type { Tally } from './interleavings/run-batch.ts';
import { runInParallel } from './interleavings/run-in-parallel.ts';
import { runSchedule } from './interleavings/run-schedule.ts';
import { shrink } from './interleavings/shrink.ts';
import { parseSimulateOptions, USAGE, UsageError, type SimulateOptions } from './interleavings/simulate-options.ts';

/**
 * `npm run simulate`. The story of a schedule goes to standard output, everything else to standard error. Exit code 0: every
 * promise was kept; 1: one was broken; 2: the command line makes no sense.
 */

const PROGRESS_EVERY = 1000;
/** A protocol that is broken for good fails from most seeds, and from each in many sentences. */
const MOST_SEEDS_NAMED = 20;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  try {
    const options = parseSimulateOptions(args, process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    if (options === 'help') process.stdout.write(USAGE);
    else process.exitCode = options.schedules === 1 ? await tellOne(options) : await runAll(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  }
}

async function tellOne(options: SimulateOptions): Promise<number> {
  return (await tell(options)) ? 0 : 1;
}

async function runAll(options: SimulateOptions): Promise<number> {
  const processes = Math.min(availableParallelism(), Math.ceil(options.schedules / 100));
  say(`simulate: ${options.schedules} schedules from seed ${options.seed} on, in ${processes} processes`);
  const startedAt = performance.now();
  let told = 0;
  const tally = await runInParallel(options, processes, ({ schedules, failures }) => {
    if (schedules - told < PROGRESS_EVERY) return;
    told = schedules;
    say(`simulate: ${schedules} of ${options.schedules}, ${failures.length} failed`);
  });
  for (const failure of tally.failures.slice(0, MOST_SEEDS_NAMED)) say(failedSeed(failure));
  const unnamed = tally.failures.length - MOST_SEEDS_NAMED;
  if (unnamed > 0) say(`simulate: and ${unnamed} more seeds`);
  const [first] = tally.failures;
  if (first !== undefined) await tellShrunk({ ...options, seed: first.seed });
  say(summary(tally, options.seed, (performance.now() - startedAt) / 1000));
  return first === undefined ? 0 : 1;
}

async function tellShrunk(options: SimulateOptions): Promise<void> {
  await tell({ ...options, without: await shrink({ ...options, protocol: protocolNamed(options.broken) }) });
}

/** True when it kept every promise. */
async function tell({ seed, without, broken }: SimulateOptions): Promise<boolean> {
  const { story, violations, troubles } = await runSchedule({
    seed,
    without,
    protocol: protocolNamed(broken),
    isTold: true,
  });
  process.stdout.write(`${story.join('\n')}\n`);
  say(`simulate: seed ${seed} with ${troubles.join(', ') || 'no trouble at all'}`);
  for (const { promise, what } of violations) say(`simulate: BROKEN: ${promise}: ${what}`);
  if (violations.length === 0) say(`simulate: seed ${seed}: every promise was kept`);
  const left = without.map((trouble) => ` --without ${trouble}`).join('');
  const protocol = broken === undefined ? '' : ` --broken ${broken}`;
  if (violations.length > 0) say(`again: npm run simulate -- --schedules 1 --seed ${seed}${protocol}${left}`);
  return violations.length === 0;
}

function failedSeed({ seed, violations }: Tally['failures'][number]): string {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return `simulate: seed ${seed}: ${first === undefined ? '' : `${first.promise}: ${first.what}`}${more}`;
}

function summary(
  { schedules, orders, succeeded, failed, crashes, turns, failures }: Tally,
  seed: number,
  seconds: number,
) {
  return (
    `simulate: ${schedules} schedules from seed ${seed}: ${orders} orders, ${succeeded} succeeded, ${failed} failed and ` +
    `recovered, ${orders - succeeded - failed} unreadable or unended, ${crashes} crashes, ${turns} turns, ${failures.length} schedules broke a promise, ${seconds.toFixed(0)} s`
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

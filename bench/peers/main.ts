import { withProgress, type Progress } from '../../demo/report/progress.ts';
import { runToExit } from '../../platform/run-to-exit.ts';
import { UsageError } from '../options.ts';
import { beginRun, describeRun, saveRun, type RunDocument } from '../run-document.ts';
import type { Contestant } from './contestant.ts';
import { contestants } from './contestants.ts';
import { loadsOf } from './loads.ts';
import { measureInTurn } from './measure-in-turn.ts';
import { parsePeersOptions, peersUsage, type PeersOptions } from './options.ts';
import { installPeers, nodeOfEverybody } from './peers-package.ts';
import { describeRounds } from './report.ts';
import { saveResults } from './results-section.ts';
import { runOn } from './run-on.ts';

/**
 * `npm run bench:peers`. Standard output has the result, standard error everything else. Exit code 0: measured; 1: it
 * failed; 2: the options are wrong; 130: interrupted.
 */

const COULD_NOT_BEGIN = 2;
/** What a round has started ends within this. */
const CLOSE_TIMEOUT_MS = 60_000;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const everybody = contestants(process.env);
  let options: PeersOptions;
  try {
    options = parsePeersOptions(
      args,
      everybody.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${peersUsage(everybody)}`);
    process.exitCode = COULD_NOT_BEGIN;
    return;
  }
  if (options.mode === 'help') process.stdout.write(peersUsage(everybody));
  else
    await runToExit({
      name: 'bench',
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
      run: (signal) => withProgress(process.stderr, (progress) => run(options, everybody, progress, signal)),
    });
}

/** The exit code. */
async function run(
  { only, rounds, orders, json, isSaved }: Exclude<PeersOptions, { readonly mode: 'help' }>,
  everybody: readonly Contestant[],
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const chosen = everybody.filter(({ name }) => only.length === 0 || only.includes(name));
  const able = chosen.filter(({ unavailable }) => unavailable === undefined);
  if (able.some(({ isPeer }) => isPeer)) await installPeers(signal);
  // Client, ours and theirs on the same Node: a later one is a faster one.
  const node = nodeOfEverybody();
  if (node !== process.execPath) return runOn(node, [...process.execArgv, ...process.argv.slice(1)], signal);
  for (const { name, unavailable } of chosen)
    if (unavailable !== undefined) progress.say(`${name} is left out: ${unavailable}`);
  if (able.length === 0) {
    progress.say('Nobody is left to measure');
    return 1;
  }
  const loads = loadsOf(orders);
  const beginning = beginRun();
  const measured = await measureInTurn({
    contestants: able,
    rounds,
    loads,
    hostEnvironment: process.env,
    progress,
    signal,
  });
  const leftOut = Object.fromEntries(
    chosen.flatMap(({ name, unavailable }) => (unavailable ? [[name, unavailable]] : [])),
  );
  const document: RunDocument = { ...beginning, results: { peers: { loads, rounds: measured, leftOut } } };
  const text = `${describeRounds(measured)}\n${describeRun(document)}\n`;
  if (isSaved) progress.say(`kept in ${saveRun(document)}`);
  if (isSaved && able.length === everybody.length) progress.say(`its tables are in ${saveResults(text)}`);
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : text);
  return 0;
}

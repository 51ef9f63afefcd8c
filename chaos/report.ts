import { KILLED, type Killed } from './round-plan.ts';
import type { Measured } from './resume/run-resume.ts';
import type { RoundResult } from './run-round.ts';

/** One line about a round. */
export function roundLine({ seed, placed, kills, failures, settledInMs, violations }: RoundResult): string {
  const parts = [
    countedOrders(placed),
    `attempts that failed: ${listed(failures)}`,
    countedKills(kills),
    `settled ${(settledInMs / 1_000).toFixed(1)} s after the last of them`,
    counted(violations.length, 'violation'),
  ];
  return `seed ${seed}: ${parts.join('; ')}`;
}

/** The line at the end: what was run, what was done to it, what came of it. */
export function summaryLine(results: readonly RoundResult[]): string {
  const kills: Partial<Record<Killed, number>> = {};
  for (const target of KILLED) kills[target] = results.reduce((sum, result) => sum + (result.kills[target] ?? 0), 0);
  const placed = results.flatMap((result) => result.placed);
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  return `chaos: ${counted(results.length, 'round')} (${seedsOf(results)}), ${countedOrders(placed)}, ${countedKills(kills)}, ${counted(violations, 'violation')}`;
}

/** What went wrong in a round, and how to go on from there. */
export function violationLines({ seed, violations }: RoundResult, orders: number): string {
  return [
    ...violations.map((violation) => `VIOLATION ${violation}`),
    `A round of the same seed, though not of the same timing: npm run chaos -- --rounds 1 --orders ${orders} --seed ${seed}`,
  ].join('\n');
}

/** What it took to resume, a line for each thing that was measured. */
export function measuredLines({ executions, resumedInMs, peakMemoryBytes, peakCalls, newOrdersMs }: Measured): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const sorted = newOrdersMs.toSorted((a, b) => a - b);
  const [median = 0, slowest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const memory = peakMemoryBytes === undefined ? 'not measured here' : `${Math.round(peakMemoryBytes / 1024 ** 2)} MiB`;
  return [
    `${executions} unfinished executions were resumed in ${seconds(resumedInMs)}`,
    `the monitor's memory at its most: ${memory}`,
    `calls of the control node in its busiest second of each: ${listed(peakCalls)}`,
    `declined orders that came meanwhile: ${sorted.length}, recovered after ${seconds(median)} (median), ${seconds(slowest)} (slowest)`,
  ].join('\n');
}

/** The line at the end of a return. */
export function resumeLine(executions: number, violations: readonly string[]): string {
  return `resume: ${counted(executions, 'unfinished execution')}, ${counted(violations.length, 'violation')}`;
}

function seedsOf(results: readonly RoundResult[]): string {
  const [first, last] = [results.at(0)?.seed, results.at(-1)?.seed];
  return first === last ? `seed ${first}` : `seeds ${first} to ${last}`;
}

function countedOrders(placed: RoundResult['placed']): string {
  const by = (wanted: string) => placed.filter(({ status }) => status === wanted).length;
  return `${counted(placed.length, 'order')} (${by('SUCCEEDED')} succeeded, ${by('FAILED')} failed and recovered)`;
}

function countedKills(kills: RoundResult['kills']): string {
  const all = Object.values(kills).reduce((sum, count) => sum + count, 0);
  const each = Object.fromEntries(KILLED.map((target) => [target, kills[target] ?? 0]));
  return `${counted(all, 'kill')} (${listed(each)})`;
}

function listed(counts: Readonly<Partial<Record<string, number>>>): string {
  const entries = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

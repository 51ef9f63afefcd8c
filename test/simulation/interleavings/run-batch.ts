import type { Trouble } from './circumstances.ts';
import { protocolNamed } from './broken-protocols.ts';
import { runSchedule } from './run-schedule.ts';
import type { Violation } from './witness.ts';

/** Some schedules in a row. */
export interface Batch {
  readonly firstSeed: number;
  readonly schedules: number;
  readonly without: readonly Trouble[];
  /** The name of a protocol that must not be. */
  readonly broken?: string | undefined;
}

/** What came of schedules, added up. */
export interface Tally {
  readonly schedules: number;
  readonly turns: number;
  readonly crashes: number;
  readonly orders: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of seeds that broke a promise, in their order. */
  readonly failures: readonly { readonly seed: number; readonly violations: readonly Violation[] }[];
}

export const NOTHING_YET: Tally = {
  schedules: 0,
  turns: 0,
  crashes: 0,
  orders: 0,
  succeeded: 0,
  failed: 0,
  failures: [],
};

export async function runBatch({ firstSeed, schedules, without, broken }: Batch): Promise<Tally> {
  const protocol = protocolNamed(broken);
  let tally = NOTHING_YET;
  for (let n = 0; n < schedules; n += 1) {
    const { seed, violations, ...counts } = await runSchedule({ seed: firstSeed + n, without, protocol });
    tally = added(tally, { ...counts, schedules: 1, failures: violations.length > 0 ? [{ seed, violations }] : [] });
  }
  return tally;
}

export function added(a: Tally, b: Tally): Tally {
  return {
    schedules: a.schedules + b.schedules,
    turns: a.turns + b.turns,
    crashes: a.crashes + b.crashes,
    orders: a.orders + b.orders,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    failures: [...a.failures, ...b.failures].sort((x, y) => x.seed - y.seed),
  };
}

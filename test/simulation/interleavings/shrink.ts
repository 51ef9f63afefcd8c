import type { Trouble } from './circumstances.ts';
import type { Protocol } from './protocol.ts';
import { runSchedule } from './run-schedule.ts';

export interface ShrinkOptions {
  readonly seed: number;
  readonly without?: readonly Trouble[];
  readonly protocol?: Protocol;
}

/**
 * Leaves out one trouble after the other, as long as the schedule goes on breaking a promise that it broke. Gives what
 * can be left out: what remains is what the failure needs.
 */
export async function shrink({ seed, without = [], protocol }: ShrinkOptions): Promise<readonly Trouble[]> {
  const run = (left: readonly Trouble[]) => runSchedule({ seed, without: left, ...(protocol && { protocol }) });
  const whole = await run(without);
  const broken = new Set(whole.violations.map(({ promise }) => promise));
  let left = without;
  for (const trouble of whole.troubles) {
    const { violations } = await run([...left, trouble]);
    if (violations.some(({ promise }) => broken.has(promise))) left = [...left, trouble];
  }
  return left;
}

import type { PlacedOrder } from './customer.ts';
import type { RoundsOptions } from './options.ts';
import { runRound, type RoundOptions, type RoundResult } from './run-round.ts';

export interface RunRoundsOptions extends Pick<RoundOptions, 'target' | 'system' | 'surroundings'> {
  readonly options: RoundsOptions;
  readonly onRound: (number: number, seed: number) => void;
  readonly onResult: (result: RoundResult) => void;
}

/** Round after round on the same system and the same data, until one of them violates something. */
export async function runRounds({
  options,
  onRound,
  onResult,
  ...stack
}: RunRoundsOptions): Promise<readonly RoundResult[]> {
  const results: RoundResult[] = [];
  const placedBefore: PlacedOrder[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    const seed = options.seed + number - 1;
    onRound(number, seed);
    const result = await runRound({ ...stack, seed, orders: options.orders, placedBefore });
    results.push(result);
    placedBefore.push(...result.placed);
    onResult(result);
    if (result.violations.length > 0) break;
  }
  return results;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant, RoundOptions } from './contestant.ts';
import type { MeasuredRound } from './measured.ts';

export interface InTurnOptions extends Omit<RoundOptions, 'folder'> {
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
}

/** By name: the rounds of each, in their order. */
export type MeasuredRounds = Readonly<Record<string, readonly MeasuredRound[]>>;

/**
 * One round of each, then the next round of each: what else the machine does meets everybody. Nobody is there while
 * another one is measured.
 */
export async function measureInTurn({ contestants, rounds, ...options }: InTurnOptions): Promise<MeasuredRounds> {
  const measured = contestants.map(({ name }) => [name, [] as MeasuredRound[]] as const);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      options.signal.throwIfAborted();
      options.progress.show(`round ${round} of ${rounds}: ${contestant.name}`);
      measured[index]?.[1].push(await measureRound(contestant, options));
    }
  }
  return Object.fromEntries(measured);
}

async function measureRound(
  contestant: Contestant,
  options: Omit<InTurnOptions, 'contestants' | 'rounds'>,
): Promise<MeasuredRound> {
  const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-peers-'));
  try {
    return await contestant.measureRound({ ...options, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

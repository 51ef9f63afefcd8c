import type { MeasuredFailures, MeasuredRound } from './measured.ts';
import type { MeasuredRounds } from './measure-in-turn.ts';
import { median } from './median.ts';

/** Ours divided by theirs. */
export interface Ratio {
  /** Of the rounds' ratios. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface PeerRatios {
  readonly peer: string;
  readonly concurrency: number;
  /** Above 1, ours is faster. */
  readonly ordersPerSecond: Ratio;
  readonly failingOrdersPerSecond: Ratio;
  /** Of the medians; below 1, ours is sooner. */
  readonly failedToCompensated: Ratio;
}

const OURS = 'ours';

/**
 * Ours beside each of the others, within each round: what slowed the machine down then met both. Empty when ours was not
 * measured, or nobody else.
 */
export function ratiosOf({ [OURS]: ours = [], ...peers }: MeasuredRounds): readonly PeerRatios[] {
  return Object.entries(peers).flatMap(([peer, theirs]) =>
    concurrenciesOf(ours[0]).map((concurrency) => {
      const ratio = (valueOf: (round: MeasuredRound) => number) =>
        toRatio(ours.flatMap((round, index) => (theirs[index] ? valueOf(round) / valueOf(theirs[index]) : [])));
      const failing = (round: MeasuredRound): MeasuredFailures => at(round.failure, concurrency);
      return {
        peer,
        concurrency,
        ordersPerSecond: ratio((round) => at(round.success, concurrency).ordersPerSecond),
        failingOrdersPerSecond: ratio((round) => failing(round).ordersPerSecond),
        failedToCompensated: ratio((round) => failing(round).failedToCompensatedMs.p50),
      };
    }),
  );
}

function concurrenciesOf(round: MeasuredRound | undefined): readonly number[] {
  return (round?.success ?? []).map(({ concurrency }) => concurrency);
}

function at<L extends { readonly concurrency: number }>(loads: readonly L[], concurrency: number): L {
  const load = loads.find((candidate) => candidate.concurrency === concurrency);
  if (load === undefined) throw new RangeError(`nothing was measured at concurrency ${concurrency}`);
  return load;
}

function toRatio(ratios: readonly number[]): Ratio {
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

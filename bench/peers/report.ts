import { formatTable } from '../../demo/report/table.ts';
import type { Quantiles } from '../quantiles.ts';
import type { MeasuredRounds } from './measure-in-turn.ts';
import { median } from './median.ts';
import { ratiosOf, type Ratio } from './ratios.ts';
import type { MeasuredFailures, MeasuredRound } from './measured.ts';
import type { MeasuredLoop } from '../whole-way/measured.ts';

/** Of each number the median of its rounds. */
export function describeRounds(measured: MeasuredRounds): string {
  const peers = Object.entries(measured).filter(([, rounds]) => rounds.length > 0);
  const success = peers.flatMap(([name, rounds]) => loadsOf(rounds, 'success').map((loads) => ({ name, loads })));
  const failure = peers.flatMap(([name, rounds]) => loadsOf(rounds, 'failure').map((loads) => ({ name, loads })));
  return [
    'orders that succeed: milliseconds p50 / p99, the median of the rounds',
    formatTable(
      ['', 'at once', 'orders/s', 'of the rounds', 'end to end'],
      success.map(({ name, loads }) => [
        ...describeSpeed(name, loads),
        describeTimes(loads, (load) => load.endToEndMs),
      ]),
    ),
    '',
    'orders whose payment fails',
    formatTable(
      [
        '',
        'at once',
        'orders/s',
        'of the rounds',
        'end to end',
        'failure to compensated',
        'of it, since it was readable',
      ],
      failure.map(({ name, loads }) => [
        ...describeSpeed(name, loads),
        describeTimes(loads, (load) => load.endToEndMs),
        describeTimes(loads, (load) => load.failedToCompensatedMs),
        describeTimes(loads, (load) => load.readableToCompensatedMs),
      ]),
    ),
    '',
    'processor milliseconds per order that succeeds, by process',
    formatTable(
      ['', 'at once', 'together', 'of it'],
      success.map(({ name, loads }) => [name, String(loads[0]?.concurrency), ...describeCpu(loads)]),
    ),
    '',
    ...describeRatios(measured),
  ].join('\n');
}

function describeRatios(measured: MeasuredRounds): readonly string[] {
  const ratios = ratiosOf(measured);
  if (ratios.length === 0) return [];
  return [
    'ours divided by theirs, within each round: the median, and between what the rounds lay',
    formatTable(
      ['', 'at once', 'orders/s', 'failing orders/s', 'failure to compensated, p50'],
      ratios.map(({ peer, concurrency, ordersPerSecond, failingOrdersPerSecond, failedToCompensated }) => [
        peer,
        String(concurrency),
        ...[ordersPerSecond, failingOrdersPerSecond, failedToCompensated].map(describeRatio),
      ]),
    ),
    '',
  ];
}

function describeRatio({ median, least, most }: Ratio): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

/** By place in a round: the same load of every round. */
function loadsOf<K extends 'success' | 'failure'>(
  rounds: readonly MeasuredRound[],
  kind: K,
): readonly (readonly MeasuredRound[K][number][])[] {
  return (rounds[0]?.[kind] ?? []).map((_, index) => rounds.flatMap((round) => round[kind][index] ?? []));
}

function describeSpeed(name: string, loads: readonly MeasuredLoop[]): readonly string[] {
  const speeds = loads.map(({ ordersPerSecond }) => ordersPerSecond);
  return [
    name,
    String(loads[0]?.concurrency),
    median(speeds).toFixed(0),
    `${Math.min(...speeds).toFixed(0)} to ${Math.max(...speeds).toFixed(0)}`,
  ];
}

function describeTimes<L extends MeasuredLoop | MeasuredFailures>(
  loads: readonly L[],
  timesOf: (load: L) => Quantiles | undefined,
): string {
  const times = loads.flatMap((load) => timesOf(load) ?? []);
  if (times.length === 0) return '';
  const of = (quantile: 'p50' | 'p99') => median(times.map((each) => each[quantile])).toFixed(1);
  return `${of('p50')} / ${of('p99')}`;
}

/** The client is everybody's and belongs to nobody's sum. */
function describeCpu(loads: readonly MeasuredLoop[]): readonly string[] {
  const names = Object.keys(loads[0]?.cpuMsPerOrder ?? {});
  if (names.length === 0) return ['not told by this system', ''];
  const byName = names.map((name) => [name, median(loads.map((load) => load.cpuMsPerOrder[name] ?? 0))] as const);
  const together = byName.reduce((sum, [name, ms]) => (name === 'client' ? sum : sum + ms), 0);
  return [together.toFixed(2), byName.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(', ')];
}

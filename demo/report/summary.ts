import type { LoadSummary } from '../load/load-summary.ts';
import type { ScenarioResult } from '../scenarios/outcome.ts';
import { INVARIANT_SENTENCES, INVARIANTS, type InvariantReport } from '../state/invariants.ts';
import { seconds } from './durations.ts';
import { formatTable } from './table.ts';

const TITLES = [
  'scenario',
  'failure kind',
  'found by',
  'detected',
  'recovered',
  'final status',
  'as expected',
  'invariants',
];

/** One row a scenario. Detected and recovered: after the order was taken, the first failure and the verified recovery. */
export function scenarioTable(results: readonly ScenarioResult[], invariants: InvariantReport): string {
  const held = INVARIANTS.filter((name) => invariants[name].ok).length;
  const rows = results.map(({ name, failureKind, signal, detectedMs, recoveredMs, status, ok }) => [
    name,
    failureKind ?? '-',
    signal ?? '-',
    seconds(detectedMs),
    seconds(recoveredMs),
    status,
    ok ? 'yes' : 'NO',
    `${held} of ${INVARIANTS.length} hold`,
  ]);
  return `${formatTable(TITLES, rows)}\n\ndetected, recovered: from taking the order to the first failure found, and to the recovery done and verified`;
}

export function invariantLines(invariants: InvariantReport): string {
  return INVARIANTS.flatMap((name) => {
    const { ok, violations } = invariants[name];
    return [
      `${ok ? 'holds   ' : 'VIOLATED'}  ${INVARIANT_SENTENCES[name]}`,
      ...violations.map((violation) => `            ${violation}`),
    ];
  }).join('\n');
}

export function loadLines(summary: LoadSummary, seed: number): string {
  const counts = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const rows = [
    ['orders', `${summary.orders} (${summary.sentTwice} sent twice), seed ${seed}`],
    ['final status', counts(summary.byStatus)],
    ['failure kinds', counts(summary.byFailureKind)],
    ...(summary.missedFaults > 0
      ? [['not yet in force', `the faults, for ${summary.missedFaults} of the first orders`]]
      : []),
    ['latency', `p50 ${seconds(summary.latencyMs.p50)}, p99 ${seconds(summary.latencyMs.p99)}`],
    ['throughput', `${summary.ordersPerSecond} orders/s in ${seconds(summary.durationMs)}`],
  ];
  return [formatTable(['load', ''], rows), ...summary.problems.map((problem) => `UNEXPECTED: ${problem}`)].join('\n');
}

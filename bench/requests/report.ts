import type { Counts } from './count-requests.ts';
import { KINDS, type Kind, type MeasuredSize } from './measured.ts';
import { PRICES, PUBLISHED } from './prices.ts';

/** Of each kind: what an order calls at each size, and what a million of them cost. */
export function describeSizes(sizes: readonly MeasuredSize[]): string {
  const lines = [
    ...KINDS.flatMap((kind) => describeKind(kind, sizes)),
    ...describeIdle(sizes),
    `Prices: ${PRICES.region}, ${PRICES.asOf}, US dollars per million orders. Others ask for orchestration alone:`,
    ...PUBLISHED.map(
      ({ name, usd: [from, to], how }) => `  ${name}: $${from === to ? from : `${from} to ${to}`} (${how})`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function describeKind(kind: Kind, sizes: readonly MeasuredSize[]): readonly string[] {
  const counts = sizes.map(({ kinds }) => kinds[kind].requests);
  const last = sizes.at(-1)?.kinds[kind];
  if (last === undefined) return [];
  const { orchestration, orchestrationPuts, applicationData, lambda, logs, together } = last.usdPerMillion;
  return [
    ...table(`${kind}: requests per order`, sizes, counts),
    ...table(
      '  of its functions',
      sizes,
      sizes.map(({ kinds }) => ({ invocations: kinds[kind].invocations, 'bytes logged': kinds[kind].bytes })),
    ),
    `  $${usd(orchestration)} for orchestration (${orchestrationPuts} PUTs), ${usd(applicationData)} for the booking's data, ` +
      `${usd(lambda)} for Lambda, ${usd(logs)} for logs: $${usd(together)}`,
    '',
  ];
}

function describeIdle(sizes: readonly MeasuredSize[]): readonly string[] {
  const idle = sizes.flatMap((size) => (size.idle === undefined ? [] : [size.idle]));
  if (idle.length < sizes.length) return [];
  const seconds = idle.map((each) => each.seconds).join(', ');
  const counts = idle.map(({ requests }) => requests);
  return [...table(`nobody orders: requests in ${seconds} s, at the laptop's pace`, sizes, counts), ''];
}

/** A row for each name, a column for each size. */
function table(title: string, sizes: readonly MeasuredSize[], counts: readonly Counts[]): readonly string[] {
  const names = [...new Set(counts.flatMap((each) => Object.keys(each)))].sort();
  const head = [title, ...sizes.map(({ executions }) => `at ${executions}`)];
  const rows = names.map((name) => [`  ${name}`, ...counts.map((each) => String(each[name] ?? 0))]);
  const width = Math.max(...[head, ...rows].map(([first = '']) => first.length)) + 2;
  return [head, ...rows].map(
    ([first = '', ...rest]) => first.padEnd(width) + rest.map((cell) => cell.padStart(11)).join(''),
  );
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

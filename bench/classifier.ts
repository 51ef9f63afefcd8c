import { observe } from '../monitor/classifier/classifier.ts';
import type { Benchmark } from './benchmark.ts';
import { logLines, type LogFormat } from './log-lines.ts';

/**
 * Lines per second of the monitor's classifier beside bare JSON.parse: `npm run bench -- --only classifier`.
 * The yardstick parses what the same invocations log in JSON format, because text cannot be parsed. Both run in turn, in one
 * process, so that whatever else the machine does slows both; the median of the rounds counts.
 */

const INVOCATIONS = 2_000;
const ROUNDS = 15;
/** Rounds that are thrown away: the compiler is still at work. */
const WARM_UP = 5;

interface Result {
  readonly format: LogFormat;
  readonly lines: number;
  readonly classifiedPerSecond: number;
  readonly parsedPerSecond: number;
  /** Share of bare JSON.parse's speed. */
  readonly ratio: number;
}

/** Of what so many invocations log. */
export function perSecondOf(format: LogFormat, invocations: number): Result {
  const lines = logLines(invocations, format);
  const documents = logLines(invocations, 'JSON');
  const classified: number[] = [];
  const parsed: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const classifying = perSecond(lines, (message) => observe({ message }));
    const parsing = perSecond(documents, JSON.parse);
    if (round < WARM_UP) continue;
    classified.push(classifying);
    parsed.push(parsing);
  }
  const [classifiedPerSecond, parsedPerSecond] = [median(classified), median(parsed)];
  return {
    format,
    lines: lines.length,
    classifiedPerSecond,
    parsedPerSecond,
    ratio: classifiedPerSecond / parsedPerSecond,
  };
}

function perSecond(lines: readonly string[], read: (line: string) => unknown): number {
  let found = 0;
  const startedAt = performance.now();
  for (const line of lines) if (read(line) !== undefined) found += 1;
  const elapsedMs = performance.now() - startedAt;
  // Uses the results, so that nothing can be left out as unneeded.
  if (found === 0) throw new Error('nothing was read');
  return Math.round((lines.length / elapsedMs) * 1000);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export const classifierBenchmark: Benchmark = {
  name: 'classifier',
  what: 'lines per second of the monitor, beside bare JSON.parse',
  run: async () => {
    const results = (['TEXT', 'JSON'] as const).map((format) => perSecondOf(format, INVOCATIONS));
    return { results, text: results.map(describe).join('') };
  },
};

function describe({ format, lines, classifiedPerSecond, parsedPerSecond, ratio }: Result): string {
  return `${format}: ${lines} lines; classified ${classifiedPerSecond}/s, JSON.parse ${parsedPerSecond}/s, ratio ${ratio.toFixed(2)}\n`;
}

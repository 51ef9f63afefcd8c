import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../../demo/report/table.ts';
import type { Benchmark } from '../benchmark.ts';
import { threeSizes } from '../three-sizes.ts';
import { measureExecutions } from './measure-executions.ts';
import { measureLines } from './measure-lines.ts';
import type { Growth, MeasuredGrowth } from './measured.ts';

export const growthBenchmark: Benchmark = {
  name: 'growth',
  what: 'the whole way with more and more executions in the store, the classifier with more and more lines: exponents',
  run: async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-bench-'));
    try {
      const lines = measureLines();
      const executions = await measureExecutions({ ...context, folder, sizes: threeSizes(context.executions) });
      const results: MeasuredGrowth = { executions, lines };
      return { results, text: describeGrowth(results) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export function describeGrowth({ executions, lines }: MeasuredGrowth): string {
  return [describeTable('executions in the store', executions), '', describeTable('lines', lines), ''].join('\n');
}

/** A row for each thing, a column for each size. */
function describeTable(title: string, growths: readonly Growth[]): string {
  const sizes = growths[0]?.points.map(({ size }) => String(size)) ?? [];
  const rows = growths.map(({ what, unit, points, exponent }) => [
    `${what}, ${unit}`,
    ...points.map(({ value }) => String(value)),
    exponent?.toFixed(2) ?? '',
  ]);
  return formatTable([title, ...sizes, 'exponent'], rows);
}

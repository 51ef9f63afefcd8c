import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import type { MeasuredSize } from './measured.ts';
import { measureRequests, type MeasureOptions } from './measure-requests.ts';
import { PRICES, PUBLISHED } from './prices.ts';
import { describeSizes } from './report.ts';

const SMALLER_SIZES = [10, 1_000];
const ORDERS = 7;
const IDLE_MS = 30_000;
/** Of the smoke run: a history of an item, and a median that one order out of three cannot change. */
const SMOKE = { sizes: [10], orders: 3, idleMs: 0 };

export const requestsBenchmark: Benchmark = {
  name: 'requests',
  what: 'AWS requests per order, by component and operation, as the store grows; and their price',
  run: async (context) => {
    const sizes = [...SMALLER_SIZES.filter((size) => size < context.executions), context.executions];
    const measured = await inOwnFolder({ ...context, sizes, orders: ORDERS, idleMs: IDLE_MS });
    return { results: { sizes: measured, prices: PRICES, published: PUBLISHED }, text: describeSizes(measured) };
  },
};

/** What the smoke run counts. */
export async function countForSmoke(context: Omit<BenchmarkContext, 'executions'>): Promise<MeasuredSize['kinds']> {
  const [measured] = await inOwnFolder({ ...context, ...SMOKE });
  if (measured === undefined) throw new Error('nothing was measured');
  return measured.kinds;
}

async function inOwnFolder(options: Omit<MeasureOptions, 'folder'>): Promise<readonly MeasuredSize[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-bench-'));
  try {
    return await measureRequests({ ...options, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

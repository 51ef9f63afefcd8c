export interface ProcessorUse {
  readonly ordersPerSecond: number;
  /** Processor time that one process took, milliseconds a second. */
  readonly cpuMsPerSecond: number;
}

/** What a process of one thread takes of a processor, and at how many orders it would take all of one. */
export interface ProcessBound {
  readonly idleMsPerSecond: number;
  readonly cpuMsPerOrder: number;
  readonly ordersPerSecond: number;
}

const SECOND_MS = 1000;

/**
 * The line through what was measured at some rates, by least squares, and where it reaches one whole processor.
 * @throws RangeError for fewer than two different rates, or when orders cost nothing.
 */
export function boundOf(uses: readonly ProcessorUse[]): ProcessBound {
  const mean = (of: (use: ProcessorUse) => number) => uses.reduce((sum, use) => sum + of(use), 0) / uses.length;
  const [meanRate, meanMs] = [mean((use) => use.ordersPerSecond), mean((use) => use.cpuMsPerSecond)];
  const spread = mean((use) => (use.ordersPerSecond - meanRate) ** 2);
  if (!(spread > 0)) throw new RangeError('a bound is told of two rates at least');
  const together = mean((use) => (use.ordersPerSecond - meanRate) * (use.cpuMsPerSecond - meanMs));
  const cpuMsPerOrder = together / spread;
  if (!(cpuMsPerOrder > 0)) throw new RangeError('a bound is told of processor time that grows with the orders');
  const idleMsPerSecond = Math.max(0, meanMs - cpuMsPerOrder * meanRate);
  return { idleMsPerSecond, cpuMsPerOrder, ordersPerSecond: (SECOND_MS - idleMsPerSecond) / cpuMsPerOrder };
}

/**
 * How something grows: the exponent of the power of its size that fits best, 0 for flat, 1 for linear. Least squares over
 * the logarithms. @throws RangeError for fewer than two different sizes, or what has no logarithm.
 */
export function growthExponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  if (points.some(({ size, value }) => size <= 0 || value <= 0))
    throw new RangeError('growth is told of sizes and values above zero');
  const logs = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    logs.reduce((sum, point) => sum + of(point), 0) / logs.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) throw new RangeError('growth is told of two sizes at least');
  return logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** Three sizes of a store, ten times as large each, up to `largest`: enough to tell how something grows. Fewer where it is small. */
export function threeSizes(largest: number): readonly number[] {
  return [...new Set([largest / 100, largest / 10, largest].map((size) => Math.max(1, Math.round(size))))];
}

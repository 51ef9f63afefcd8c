/** Counts answered calls, so that a benchmark can say how many AWS requests one operation of a product costs. */
export interface RequestCount {
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly count: number;
}

export interface RequestCounter {
  add(service: string, operation: string, status: number): void;
  /** Since the last reset, sorted by service, operation and status. */
  counts(): readonly RequestCount[];
  reset(): void;
}

export function createRequestCounter(): RequestCounter {
  const counts = new Map<string, { service: string; operation: string; status: number; count: number }>();
  return {
    add(service, operation, status) {
      const key = `${service}.${operation}.${status}`;
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { service, operation, status, count: 1 });
    },
    counts: () =>
      [...counts.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, count]) => ({ ...count })),
    reset: () => counts.clear(),
  };
}

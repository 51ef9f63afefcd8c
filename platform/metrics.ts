/** What a process measures. Names are those of the `metric-names.ts` files; values are collected and written once a minute. */
export interface Metrics {
  /** Adds to a counter; 1 unless it says otherwise. */
  count(name: string, n?: number, dimension?: MetricDimension): void;
  /** One measured time, milliseconds. */
  duration(name: string, ms: number, dimension?: MetricDimension): void;
  /** A quantity that is read whenever metrics are written; not written while it is `undefined`. */
  gauge(name: string, unit: MetricUnit, read: () => number | undefined): void;
}

/** Divides a metric further. Its values come from a small closed set: each is a metric of its own, on the bill too. */
export interface MetricDimension {
  readonly name: string;
  readonly value: string;
}

export type MetricUnit = 'Count' | 'Milliseconds';

import type { MetricDimension, Metrics, MetricUnit } from '../../platform/metrics.ts';

export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly dimension?: MetricDimension;
}

/** Metrics that keep what they are told, for a test to look at. */
export class RecordingMetrics implements Metrics {
  readonly counted: Measured[] = [];
  readonly durations: Measured[] = [];
  readonly gauges = new Map<string, { readonly unit: MetricUnit; readonly read: () => number | undefined }>();

  count(name: string, n = 1, dimension?: MetricDimension): void {
    this.counted.push({ name, value: n, ...(dimension && { dimension }) });
  }

  duration(name: string, ms: number, dimension?: MetricDimension): void {
    this.durations.push({ name, value: ms, ...(dimension && { dimension }) });
  }

  gauge(name: string, unit: MetricUnit, read: () => number | undefined): void {
    this.gauges.set(name, { unit, read });
  }

  /** How much was counted under a name, whatever the dimension. */
  total(name: string): number {
    return this.counted.filter((each) => each.name === name).reduce((sum, { value }) => sum + value, 0);
  }
}

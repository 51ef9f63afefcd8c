import type { MetricSeries } from './emf.ts';
import { PLATFORM_METRICS } from './metric-names.ts';
import type { MetricDimension, MetricUnit } from './metrics.ts';

/** Times kept of one metric and minute: enough for a p99 that is right within a few places, in ten lines of log. */
export const MAX_TIMES = 1000;
/** Far more than there are names and kinds: reaching it means that something endless was made a dimension. */
export const MAX_SERIES = 200;

interface Counted {
  readonly name: string;
  readonly dimension: MetricDimension | undefined;
  readonly unit: MetricUnit;
  readonly values: number[];
  /** How many there were, kept or not. */
  seen: number;
}

/**
 * What was measured since it was last taken, in bounded memory. A counter is one sum. Of more times than are kept, an even
 * sample is (every time had the same chance), which leaves percentiles right; how many are missing is counted, so that
 * nobody takes the sample for the number of events.
 */
export class MetricCollection {
  readonly #random: () => number;
  #series = new Map<string, Counted>();
  #dropped = 0;

  /** @param random draws from [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  add(name: string, n: number, dimension?: MetricDimension): void {
    const series = this.#find(name, 'Count', dimension);
    if (series !== undefined) series.values[0] = (series.values[0] ?? 0) + n;
  }

  sample(name: string, ms: number, dimension?: MetricDimension): void {
    // JSON has no word for what is no number, and CloudWatch would refuse the whole line.
    if (!Number.isFinite(ms)) return;
    const series = this.#find(name, 'Milliseconds', dimension);
    if (series === undefined) return;
    // Clocks of two machines: evidence may seem to come from the future.
    const time = Math.max(0, Math.round(ms));
    series.seen += 1;
    if (series.values.length < MAX_TIMES) {
      series.values.push(time);
      return;
    }
    this.#dropped += 1;
    // Vitter's algorithm R.
    const place = Math.floor(this.#random() * series.seen);
    if (place < MAX_TIMES) series.values[place] = time;
  }

  /** Everything since the last time, and begins anew. */
  take(): readonly MetricSeries[] {
    const taken: MetricSeries[] = [...this.#series.values()].map(({ name, unit, dimension, values }) => ({
      name,
      unit,
      ...(dimension && { dimension }),
      values,
    }));
    if (this.#dropped > 0)
      taken.push({ name: PLATFORM_METRICS.droppedMetricValues, unit: 'Count', values: [this.#dropped] });
    this.#series = new Map();
    this.#dropped = 0;
    return taken;
  }

  #find(name: string, unit: MetricUnit, dimension: MetricDimension | undefined): Counted | undefined {
    const key = JSON.stringify([name, dimension?.name, dimension?.value]);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES) {
      this.#dropped += 1;
      return undefined;
    }
    const series: Counted = { name, unit, dimension, values: [], seen: 0 };
    this.#series.set(key, series);
    return series;
  }
}

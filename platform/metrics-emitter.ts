import type { Clock } from './clock.ts';
import { toEmfDocuments, type MetricSeries } from './emf.ts';
import type { LineWriter } from './logger.ts';
import { MetricCollection } from './metric-collection.ts';
import type { MetricDimension, Metrics, MetricUnit } from './metrics.ts';

export interface MetricsEmitterOptions {
  /** The value of the dimension that every metric has. */
  readonly stackName: string;
  /** The metric that says once a minute that the process runs: a dead one shows as missing data. */
  readonly heartbeat: string;
  readonly clock: Clock;
  /** Takes one line, newline included: standard output, which whoever runs the process ships to CloudWatch Logs. */
  readonly destination: LineWriter;
  readonly random: () => number;
}

const MINUTE_MS = 60_000;
/** In the middle of a minute, so that a timer that is a little early or late leaves no minute without a heartbeat. */
const OFFSET_MS = 30_000;

/**
 * Collects metrics in memory and writes them as CloudWatch's embedded metric format, a few JSON lines a minute whatever
 * the traffic is. Nothing is written at the start: a process that dies again and again must look silent.
 */
export class MetricsEmitter implements Metrics {
  readonly #options: MetricsEmitterOptions;
  readonly #collection: MetricCollection;
  readonly #gauges: { readonly name: string; readonly unit: MetricUnit; readonly read: () => number | undefined }[] =
    [];

  constructor(options: MetricsEmitterOptions) {
    this.#options = options;
    this.#collection = new MetricCollection(options.random);
    this.gauge(options.heartbeat, 'Count', () => 1);
  }

  count(name: string, n = 1, dimension?: MetricDimension): void {
    this.#collection.add(name, n, dimension);
  }

  duration(name: string, ms: number, dimension?: MetricDimension): void {
    this.#collection.sample(name, ms, dimension);
  }

  gauge(name: string, unit: MetricUnit, read: () => number | undefined): void {
    this.#gauges.push({ name, unit, read });
  }

  /** Writes once a minute. Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let writeAt = nextMiddle(clock.now());
    while (!signal.aborted) {
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(Math.max(0, writeAt - clock.now()), signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#write([...this.#collection.take(), ...this.#readGauges()]);
      writeAt = Math.max(writeAt + MINUTE_MS, nextMiddle(clock.now()));
    }
  }

  /** The rest, before the process ends; without the heartbeat, which only says that it goes on. */
  writeRest(): void {
    this.#write(this.#collection.take());
  }

  #readGauges(): readonly MetricSeries[] {
    return this.#gauges.flatMap(({ name, unit, read }) => {
      const value = read();
      return value === undefined || !Number.isFinite(value) ? [] : [{ name, unit, values: [value] }];
    });
  }

  #write(series: readonly MetricSeries[]): void {
    const { stackName, clock, destination } = this.#options;
    for (const document of toEmfDocuments(series, { stackName, timestamp: clock.now() }))
      destination.write(`${JSON.stringify(document)}\n`);
  }
}

/** The next middle of a minute after `now`. */
function nextMiddle(now: number): number {
  return (Math.floor((now - OFFSET_MS) / MINUTE_MS) + 1) * MINUTE_MS + OFFSET_MS;
}

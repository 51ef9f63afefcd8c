import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { MonitorStatus } from '../../workflow/monitor-status.ts';
import { Canary } from './canary.ts';
import { EvidenceFinder, type SilentAttempt } from './evidence-finder.ts';
import type { LogEvent } from '../classifier/log-event.ts';
import { LogPoller } from './log-poller.ts';
import { LogReader } from './log-reader.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import { Visibility } from './visibility.ts';
import type { Watermark } from './watermark.ts';
import type { WorkFacts } from '../work-record.ts';
import { lagMs, WorkRecord } from '../work-record.ts';

export interface LogWatchOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly watermark: Watermark;
  /** It writes no canary and leaves no status: then quiet and blind look alike, and it is never held to be blind. */
  readonly isSilent: boolean;
  /** Between two calls to the log group. */
  readonly paceMs: number;
  /** Calls that all readers of the account may make. */
  readonly quotaPerSecond: number;
  /** How long after its trigger lines of a step may have been written, milliseconds. */
  readonly spanMs: (step: string) => number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  /** Takes new lines, a page at a time. */
  readonly onEvents: (events: readonly LogEvent[]) => void;
  /** Runs after every round of reading, with the same reader. */
  readonly afterRound: (signal: AbortSignal) => Promise<void>;
}

/**
 * Everything that reads the functions' log, with one pace for all of it: the poller, the search for evidence of what nobody
 * read in time, and the canary by which it knows how far it sees.
 */
export class LogWatch {
  readonly reader: LogReader;
  readonly #options: LogWatchOptions;
  readonly #startedAt: number;
  readonly #read = new WorkRecord();
  readonly #visibility: Visibility;
  readonly #poller: LogPoller;
  readonly #evidence: EvidenceFinder;
  readonly #canary: Canary;

  constructor(options: LogWatchOptions) {
    this.#options = options;
    const { client, logGroup, paceMs, spanMs, clock, logger, metrics, random, onEvents } = options;
    this.#startedAt = clock.now();
    this.#visibility = new Visibility(this.#startedAt);
    const onThrottled = () => metrics.count(MONITOR_METRICS.logCallsThrottled);
    this.reader = new LogReader({ client, logGroup, clock, paceMs, random, onThrottled });
    const { readPage } = this.reader;
    this.#evidence = new EvidenceFinder({
      readPage,
      clock,
      spanMs,
      watchedSinceAt: () => this.#poller.watchedSinceAt,
      isBlind: () => this.status().isBlind,
      onEvents,
    });
    this.#poller = new LogPoller({
      readPage,
      watermark: options.watermark,
      clock,
      logger,
      random,
      visibility: this.#visibility,
      onEvents,
      afterRound: async (signal) => {
        await options.afterRound(signal);
        await this.#evidence.searchOn(signal);
      },
      record: this.#read,
    });
    this.#canary = new Canary({ client, logGroup, clock, logger, seesThroughAt: () => this.status().seesThroughAt });
    this.#measure(metrics);
  }

  /** How the reading goes, for readiness. */
  get work(): WorkFacts {
    return this.#read.facts;
  }

  /** Why no line could be written that should become visible; `undefined` when it could, or was not needed. */
  get canaryError(): unknown {
    return this.#canary.lastError;
  }

  /** How far it sees. */
  status(): Omit<MonitorStatus, 'writtenAt' | 'failuresFound' | 'unattributed'> {
    const { seesThroughAt, ingestionLagMs, ...report } = this.#visibility.report(this.#options.clock.now());
    const blindSinceAt = this.#options.isSilent ? undefined : report.blindSinceAt;
    return {
      startedAt: this.#startedAt,
      seesThroughAt,
      logsReadThroughAt: this.#read.facts.doneAt,
      watchedSinceAt: this.#poller.watchedSinceAt,
      ingestionLagMs,
      isBlind: blindSinceAt !== undefined,
      blindSinceAt,
      logCalls: { ...this.reader.use, quotaPerMinute: 60 * this.#options.quotaPerSecond },
    };
  }

  /** Whether the log has had its say about an attempt that fell silent. */
  evidenceFor(silent: SilentAttempt): 'searching' | 'searched' {
    return this.#evidence.ask(silent);
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const writers = this.#options.isSilent ? [] : [this.#canary];
    await Promise.all([this.#poller, ...writers].map((each) => each.run(signal)));
  }

  #measure(metrics: Metrics): void {
    const { clock, isSilent } = this.#options;
    const since = (at: number | undefined) => lagMs(at, this.#startedAt, clock.now());
    metrics.gauge(MONITOR_METRICS.watermarkLag, 'Milliseconds', () => since(this.#read.facts.doneAt));
    metrics.gauge(MONITOR_METRICS.visibilityLag, 'Milliseconds', () =>
      isSilent ? undefined : since(this.status().seesThroughAt),
    );
    metrics.gauge(MONITOR_METRICS.ingestionLag, 'Milliseconds', () => this.status().ingestionLagMs);
  }
}

import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Failure } from '../workflow/failure.ts';
import type { Attempt, Attribution } from './attribution.ts';
import { classify, type Finding, type ObservedFailure } from './classifier.ts';
import { kindOfThrownError } from './error-kinds.ts';
import type { StepFailure } from './execution-queue.ts';
import { functionOfStream, type LogEvent } from './log-event.ts';
import type { LogReader } from './log-reader.ts';
import { MONITOR_METRICS } from './metric-names.ts';

export interface SignalsOptions {
  readonly attribution: Attribution;
  readonly reader: LogReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The step whose success makes an execution's, as far as the log is concerned. */
  readonly lastStep: string;
  readonly onFailure: (executionId: string, failure?: StepFailure) => void;
}

interface Unattributed {
  readonly event: LogEvent;
  readonly finding: Exclude<Finding, { kind: 'started' }>;
  readonly lookUpAt: number;
  readonly lookUps: number;
}

/** Failures whose invocation is not known yet; beyond it the oldest are given up and the deadline finds them. */
const MAX_UNATTRIBUTED = 1000;
/** When an invocation's first line is looked for: at once, and twice more for lines that come late. */
const LOOK_UP_PAUSES_MS = [0, 5_000, 60_000];
/** Request ids in one filter pattern, which may be 1,024 characters long. */
const IDS_A_PATTERN = 20;
/** An invocation's first line lies at most this long before its last: Lambda's own limit for a run. */
const LONGEST_RUN_MS = 900_000;

/**
 * Turns log events into failures of executions. The first line of an invocation ties its request id to an execution;
 * when it has not been seen, it is looked for in the log. What cannot be attributed is counted and never guessed.
 */
export class Signals {
  readonly #options: SignalsOptions;
  #unattributed: Unattributed[] = [];

  constructor(options: SignalsOptions) {
    this.#options = options;
  }

  take(events: readonly LogEvent[]): void {
    const ends: { readonly event: LogEvent; readonly finding: Unattributed['finding'] }[] = [];
    for (const event of events) {
      const finding = classify(event);
      if (finding?.kind === 'started') this.#learn(finding.requestId, finding.line, event);
      else if (finding !== undefined) ends.push({ event, finding });
    }
    // Lines of one millisecond come in any order, so every first line is read before any last one.
    for (const { event, finding } of ends) {
      if (wantsAttention(finding)) this.#attribute({ event, finding, lookUpAt: 0, lookUps: 0 });
      else if (isSuccessOf(finding, this.#options.lastStep))
        this.#options.metrics.count(MONITOR_METRICS.executionsSucceeded);
    }
  }

  /** Looks for the first lines of invocations that failed and are not known. */
  async lookUp(signal: AbortSignal): Promise<void> {
    const { reader, clock } = this.#options;
    const now = clock.now();
    const due = this.#unattributed.filter((entry) => entry.lookUpAt <= now).slice(0, IDS_A_PATTERN);
    if (due.length === 0) return;
    this.#unattributed = this.#unattributed.filter((entry) => !due.includes(entry));
    try {
      const from = Math.min(...due.map(({ event }) => event.timestamp)) - LONGEST_RUN_MS;
      const to = Math.max(...due.map(({ event }) => event.timestamp)) + 1000;
      const pattern = due.map(({ finding }) => `?"${finding.requestId}"`).join(' ');
      for await (const { events } of reader.read({ from, to, pattern }, signal)) {
        for (const event of events) {
          const finding = classify(event);
          if (finding?.kind === 'started') this.#learn(finding.requestId, finding.line, event);
        }
      }
    } finally {
      for (const entry of due) this.#attribute({ ...entry, lookUps: entry.lookUps + 1 });
    }
  }

  #learn(requestId: string, attempt: Attempt, event: LogEvent): void {
    this.#options.attribution.learnFromLog(requestId, attempt, event.streamName, functionOfStream(event.streamName));
  }

  #attribute(entry: Unattributed): void {
    const { attribution, clock, logger, metrics } = this.#options;
    const { event, finding, lookUps } = entry;
    const attempt = attribution.find(finding.requestId, event.streamName, functionOfStream(event.streamName));
    if (attempt !== undefined) {
      this.#report(attempt, entry);
      return;
    }
    const pauseMs = LOOK_UP_PAUSES_MS[lookUps];
    if (
      pauseMs === undefined ||
      attribution.knows(finding.requestId) ||
      this.#unattributed.length >= MAX_UNATTRIBUTED
    ) {
      metrics.count(MONITOR_METRICS.failuresNotAttributed);
      logger.warn('failure not attributed', {
        requestId: finding.requestId,
        streamName: event.streamName,
        eventId: event.eventId,
      });
      return;
    }
    this.#unattributed.push({ ...entry, lookUpAt: clock.now() + pauseMs });
  }

  #report(attempt: Attempt, { event, finding }: Unattributed): void {
    const { onFailure, metrics } = this.#options;
    if (finding.kind === 'ended' && !isSameAttempt(finding.line, attempt)) {
      metrics.count(MONITOR_METRICS.failuresNotAttributed);
      return;
    }
    if (finding.kind === 'ended' && finding.line.outcome === 'REJECTED') {
      onFailure(attempt.executionId);
      return;
    }
    const observed = finding.kind === 'failed' ? finding.failure : thrown(finding.line.error);
    const failure: Failure = {
      ...observed,
      signal: 'log',
      attempt: attempt.attempt,
      detectedAt: this.#options.clock.now(),
      requestId: finding.requestId,
      evidence: [event.eventId],
    };
    onFailure(attempt.executionId, { step: attempt.step, failure, evidenceAt: event.timestamp });
  }
}

function wantsAttention(finding: Unattributed['finding']): boolean {
  return finding.kind === 'failed' || finding.line.outcome === 'FAILED' || finding.line.outcome === 'REJECTED';
}

function isSuccessOf(finding: Unattributed['finding'], step: string): boolean {
  return finding.kind === 'ended' && finding.line.outcome === 'SUCCEEDED' && finding.line.step === step;
}

function isSameAttempt(a: Attempt, b: Attempt): boolean {
  return a.executionId === b.executionId && a.step === b.step && a.attempt === b.attempt;
}

function thrown(
  error: { readonly name: string; readonly message: string; readonly retryable?: boolean | undefined } | undefined,
): ObservedFailure {
  const { name, message, retryable } = error ?? {
    name: 'Error',
    message: 'the function ended FAILED without an error',
  };
  return { kind: kindOfThrownError(name, retryable), error: name, message };
}

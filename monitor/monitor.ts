import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { RecoveryHandler } from '../recovery/handler.ts';
import { Recovery } from '../recovery/recovery.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { deadlineAfterMs, timingOf } from '../workflow/decisions.ts';
import type { MonitorStatus } from '../workflow/monitor-status.ts';
import { Attribution } from './attribution/attribution.ts';
import { BarredWrites } from './barred-writes.ts';
import { DestinationReader } from './destination/destination-reader.ts';
import { Doorbell } from './doorbell.ts';
import type { StepFunctions } from './environment.ts';
import type { SilentAttempt } from './log/evidence-finder.ts';
import { Examiner } from './examination/examiner.ts';
import { ExecutionEnds } from './sweep/execution-ends.ts';
import { ExecutionQueue } from './queue/execution-queue.ts';
import { IncidentWatch } from './incident-watch.ts';
import { Invoker } from './examination/invoker.ts';
import { LogWatch } from './log/log-watch.ts';
import { MONITOR_METRICS } from './metric-names.ts';
import type { MonitorMode } from './monitor-mode.ts';
import { Previewer } from './examination/previewer.ts';
import { complaints } from './readiness.ts';
import { requireRunnable } from './require-runnable.ts';
import { Schedule } from './queue/schedule.ts';
import { Signals } from './attribution/signals.ts';
import { StatusWriter } from './status-writer.ts';
import { Sweep } from './sweep/sweep.ts';
import { BorrowedProgress, SweepProgressStore } from './sweep/sweep-progress.ts';
import { lastSteps } from './sweep/suspicion.ts';
import { urgencyByAge } from './queue/urgency.ts';
import { WorkPace, type WorkRates } from './queue/work-pace.ts';
import { BorrowedWatermark, WatermarkStore } from './log/watermark.ts';
import { lagMs, WorkRecord } from './work-record.ts';

export interface MonitorOptions {
  readonly mode?: MonitorMode;
  readonly definition: WorkflowDefinition;
  readonly handlers: readonly RecoveryHandler[];
  readonly store: ExecutionStore;
  /** Shared with whoever asks as well how executions ended; absent: its own. */
  readonly ends?: ExecutionEnds;
  readonly logs: CloudWatchLogsClient;
  readonly lambda: LambdaClient;
  readonly logGroup: string;
  readonly sqs: SQSClient;
  readonly failedEventsQueueUrl: string;
  readonly stepFunctions: StepFunctions;
  readonly evidenceSlackMs: number;
  /** Orders older than this are not acted on. */
  readonly horizonMs: number;
  /** Between two calls to the log group. */
  readonly logPaceMs: number;
  readonly rates: WorkRates;
  /** Calls to FilterLogEvents that all readers of the account may make in the region. */
  readonly logQuotaPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/** Executions looked at side by side: each look is a handful of S3 calls. */
const LOOKS_SIDE_BY_SIDE = 16;
/** Of each urgency. */
const MAX_WAITING = 10_000;
/** How soon an execution is looked at again after S3 or Lambda refused a look; doubled with every refusal in a row. */
const AFTER_ERROR_MS = 1_000;
const MAX_AFTER_ERROR_MS = 600_000;
/** What the start of a function's process and Lambda's own lines take beyond its timeout, several times over. */
const BESIDE_A_RUN_MS = 60_000;

/**
 * The monitor: signals become looks, and a look does what the facts call for.
 *
 *     log group ── LogWatch ─── Signals ──┐
 *     failed events ── DestinationReader ─┤
 *     listings ──── Sweep ────────────────┼──▶ ExecutionQueue ──▶ Examiner ──▶ claim, invoke, fail, recover
 *     people ────── Doorbell ─────────────┤                          └──▶ Schedule
 *     planned looks ── Schedule ──────────┘
 *
 * Nothing in it is remembered that S3 does not know: it may be killed at any line, and two of them may run.
 *
 * @throws RangeError when the workflow cannot run, ConfigurationError when a step of it has no function.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #examiner: Pick<Examiner, 'examine'> & Partial<Pick<Examiner, 'found'>>;
  readonly #queue: ExecutionQueue;
  readonly #schedule: Schedule;
  readonly #sweep: Sweep;
  readonly #doorbell: Doorbell;
  readonly #watch: LogWatch;
  readonly #signals: Signals;
  readonly #status: StatusWriter | undefined;
  readonly #barred: BarredWrites;
  readonly #incidents: IncidentWatch;
  readonly #startedAt: number;
  readonly #swept = new WorkRecord();
  /** Absent when it only shows: who receives a message hides it from those who act. */
  readonly #destination: DestinationReader | undefined;
  readonly #received = new WorkRecord();
  /** How many looks in a row have failed, by execution. */
  readonly #failedLooks = new Map<string, number>();

  constructor(options: MonitorOptions) {
    requireRunnable(options.definition, options.stepFunctions);
    this.#options = options;
    const { definition, store, stepFunctions, clock, logger, metrics, random } = options;
    const isActing = options.mode !== 'show';
    this.#startedAt = clock.now();
    const timing = timingOf(definition, stepFunctions, options.evidenceSlackMs);
    const functionOf = (step: string) => stepFunctions[step]?.functionName;
    const attribution = new Attribution({
      functionOf,
      // Where a result proves success nobody wrapped the function, and a step line in its log is somebody's text.
      unwrappedSteps: definition.steps.filter((step) => step.result !== undefined).map(({ name }) => name),
      stepsThatPrintKeys: definition.steps.filter((step) => step.printsTriggerKey === true).map(({ name }) => name),
    });
    this.#watch = new LogWatch({
      client: options.logs,
      logGroup: options.logGroup,
      watermark: isActing ? new WatermarkStore(store.stateStorage) : new BorrowedWatermark(store.stateStorage),
      isSilent: !isActing,
      paceMs: options.logPaceMs,
      quotaPerSecond: options.logQuotaPerSecond,
      spanMs: (step) => deadlineAfterMs(step, timing),
      clock,
      logger,
      metrics,
      random,
      onEvents: (events) => this.#signals.take(events),
      afterRound: (signal) => this.#signals.lookUp(signal),
    });
    const pace = new WorkPace(clock, options.rates);
    this.#queue = new ExecutionQueue({
      pacing: { pace, clock },
      concurrency: LOOKS_SIDE_BY_SIDE,
      capacity: MAX_WAITING,
      metrics,
      examine: async (executionId, failures) => {
        const found = await this.#examiner.examine(executionId, failures);
        this.#failedLooks.delete(executionId);
        if (found === 'ended' || found === 'gone') this.#sweep.noteEnded(executionId);
      },
      onError: (executionId, error) => {
        logger.warn('execution could not be looked at', { executionId, error });
        const failed = this.#failedLooks.get(executionId) ?? 0;
        if (this.#failedLooks.size < MAX_WAITING || failed > 0) this.#failedLooks.set(executionId, failed + 1);
        this.#schedule.lookAt(executionId, clock.now() + Math.min(MAX_AFTER_ERROR_MS, AFTER_ERROR_MS * 2 ** failed));
      },
    });
    const lookByAge = (executionId: string) =>
      this.#queue.add(executionId, undefined, urgencyByAge(executionId, clock.now(), this.#startedAt));
    this.#schedule = new Schedule({ clock, onDue: lookByAge });
    const looking = {
      store,
      definition,
      timing,
      attribution,
      clock,
      logger,
      metrics,
      random,
      lookAgain: (executionId: string, at: number) => this.#schedule.lookAt(executionId, at),
      evidenceFor: (silent: SilentAttempt) => this.#watch.evidenceFor(silent),
    };
    this.#examiner = isActing
      ? new Examiner({ ...looking, ...this.#hands(functionOf), invocationPauseMs: () => pace.invocationPauseMs() })
      : new Previewer(looking);
    this.#incidents = new IncidentWatch({ stateStorage: store.stateStorage, clock, logger, metrics });
    this.#barred = new BarredWrites({ store, definition, logger, metrics });
    this.#signals = new Signals({
      attribution,
      readPage: this.#watch.reader.readPage,
      longestRunMs: Math.max(...Object.values(stepFunctions).map(({ timeoutMs }) => timeoutMs)) + BESIDE_A_RUN_MS,
      clock,
      logger,
      metrics,
      // A workflow that ends in several steps is counted at one of them.
      lastStep: lastSteps(definition)[0] ?? '',
      onFailure: (executionId, failure) => this.#queue.add(executionId, failure),
      onBarred: (barred) => {
        if (isActing) this.#barred.report(barred);
      },
    });
    this.#status = !isActing
      ? undefined
      : new StatusWriter({ stateStorage: store.stateStorage, clock, logger, status: () => this.status() });
    this.#destination = !isActing
      ? undefined
      : new DestinationReader({
          client: options.sqs,
          queueUrl: options.failedEventsQueueUrl,
          reading: {
            definition,
            stepFunctions,
            appStore: store.appStore.bucket,
            stateStorage: store.stateStorage.bucket,
          },
          onFailure: (executionId, failure) => this.#queue.look(executionId, failure),
          clock,
          logger,
          metrics,
          record: this.#received,
        });
    this.#sweep = new Sweep({
      store,
      ends: options.ends ?? new ExecutionEnds({ store, definition }),
      progress: isActing ? new SweepProgressStore(store.stateStorage) : new BorrowedProgress(store.stateStorage),
      definition,
      timing,
      horizonMs: options.horizonMs,
      clock,
      logger,
      metrics,
      record: this.#swept,
      onSuspect: lookByAge,
      isExpected: (executionId) => this.#queue.has(executionId) || this.#schedule.has(executionId),
    });
    this.#doorbell = new Doorbell({
      stateStorage: store.stateStorage,
      clock,
      logger,
      intervalMs: Sweep.intervalMs(definition, timing),
      onRing: (executionId) => this.#queue.add(executionId),
    });
    this.#measure();
  }

  /** What keeps it from doing its work now, in sentences; empty when it can. */
  complaints(): readonly string[] {
    const { logGroup, failedEventsQueueUrl: failedEventsQueue, clock } = this.#options;
    return complaints(
      {
        startedAt: this.#startedAt,
        logGroup,
        log: this.#watch.work,
        blindSinceAt: this.#watch.status().blindSinceAt,
        canaryError: this.#watch.canaryError,
        failedEventsQueue,
        failedEvents: this.#destination && this.#received.facts,
        sweep: this.#swept.facts,
      },
      clock.now(),
    );
  }

  /** How far it sees, and what it has found. Who only shows writes nothing down, and so has found nothing first. */
  status(): Omit<MonitorStatus, 'writtenAt'> {
    const { found } = this.#examiner;
    return {
      ...this.#watch.status(),
      failuresFound: found && Object.fromEntries(found),
      unattributed: Object.fromEntries(this.#signals.unattributed),
    };
  }

  /** Runs until `signal` is aborted, then lets the looks under way finish. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#watch.run(signal),
      this.#status?.run(signal),
      this.#destination?.run(signal),
      this.#sweep.run(signal),
      this.#incidents.run(signal),
      this.#doorbell.run(signal),
      this.#schedule.run(signal),
    ]);
    this.#queue.stop();
    await this.#queue.settled();
    await this.#destination?.settled();
    await this.#barred.settled();
  }

  /** What changes something: recovery, and a way to start functions. */
  #hands(functionOf: (step: string) => string | undefined) {
    const { store, definition, handlers, lambda, clock, logger, metrics, random } = this.#options;
    return {
      recovery: new Recovery({ store, definition, handlers, clock, logger, metrics, random }),
      invoker: new Invoker({ client: lambda, store, definition, functionOf, clock }),
    };
  }

  #measure(): void {
    const { clock, metrics } = this.#options;
    const failedEventsLag = () => lagMs(this.#received.facts.doneAt, this.#startedAt, clock.now());
    metrics.gauge(MONITOR_METRICS.sweepLag, 'Milliseconds', () => this.#sweep.lagMs());
    metrics.gauge(MONITOR_METRICS.failedEventsLag, 'Milliseconds', () => this.#destination && failedEventsLag());
    metrics.gauge(MONITOR_METRICS.looksFailing, 'Count', () => this.#failedLooks.size);
  }
}

import pLimit from 'p-limit';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { Timing } from '../../workflow/decisions.ts';
import { firstIdAt } from '../../workflow/execution-id.ts';
import { EXECUTIONS_PREFIX, executionPrefix, orderKey, ORDERS_PREFIX } from '../../workflow/keys.ts';
import type { ExecutionEnds } from './execution-ends.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import { mergeJoin, type JoinedExecution } from './merge-join.ts';
import { suspect, youthMs } from './suspicion.ts';
import { MAX_OPEN, type ProgressStore, type SweepProgress } from './sweep-progress.ts';
import { lagMs, type WorkRecord } from '../work-record.ts';

export interface SweepOptions {
  readonly store: ExecutionStore;
  readonly ends: Pick<ExecutionEnds, 'hasSucceeded'>;
  readonly progress: ProgressStore;
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  /** Older orders are never acted on: their facts may have expired. */
  readonly horizonMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asks for a look at an execution. */
  readonly onSuspect: (executionId: string) => void;
  /** Told after each pass how it went. */
  readonly record: WorkRecord;
  /** A look at it is under way or planned. */
  readonly isExpected: (executionId: string) => boolean;
}

const READS_SIDE_BY_SIDE = 16;
const BATCH = 500;
/** An execution open for longer is kept beside the mark instead of holding it back. */
const LONG_OPEN_MS = 600_000;
/** Ended executions above the mark that need not be read again. */
const MAX_SETTLED = 50_000;
const FULL_PASS_EVERY_MS = 6 * 3_600_000;
const FULL_PASS_CHECK_MS = 60_000;
/** One of a million orders takes an hour or two: what is later than this has failed, again and again. */
const FULL_PASS_LATE_MS = 2 * FULL_PASS_EVERY_MS;
/** Between two batches of a full pass: it is a guarantee, not a hurry. */
const FULL_PASS_PAUSE_MS = 1000;
const MAX_PAUSE_AFTER_ERRORS_MS = 60_000;
/** Passes over a long backlog take their time: the pause between two is at least so many times as long as the last one. */
const REST = 4;

/**
 * The third signal: compares what was ordered with what is written, and asks for a look at every execution that should
 * have ended and has not. Needs no log, no event and no memory. A pass begins at the mark below which everything has
 * ended; a full pass over everything, every six hours, finds what appeared behind the mark.
 */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #settled = new Set<string>();
  #progress: SweepProgress | undefined;
  readonly #createdAt: number;
  #fullPassEndedAt = 0;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#createdAt = options.clock.now();
  }

  /**
   * How often to sweep: a fraction of the time that a step without evidence is waited for anyway. Three times as often
   * where a success, too, is seen by looking for it.
   */
  static intervalMs(definition: WorkflowDefinition, timing: Timing): number {
    const usual = Math.min(30_000, timing.evidenceSlackMs / 2);
    return Math.max(500, definition.steps.some(({ result }) => result !== undefined) ? usual / 3 : usual);
  }

  /** Resolves once `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { definition, timing } = this.#options;
    await Promise.all([
      this.#repeat('sweep', Sweep.intervalMs(definition, timing), () => this.#recordedPass(), signal),
      this.#repeat('full pass', FULL_PASS_CHECK_MS, () => this.#fullPassWhenDue(signal), signal),
    ]);
  }

  async #recordedPass(): Promise<void> {
    const { record, clock } = this.#options;
    try {
      await this.pass();
      record.done(clock.now());
    } catch (error) {
      record.failed(error);
      throw error;
    }
  }

  async #repeat(what: string, usualPauseMs: number, once: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    let pauseMs = usualPauseMs;
    while (!signal.aborted) {
      const startedAt = clock.now();
      try {
        await once();
        pauseMs = Math.max(usualPauseMs, REST * (clock.now() - startedAt));
      } catch (error) {
        if (signal.aborted) return;
        pauseMs = Math.max(usualPauseMs, Math.min(MAX_PAUSE_AFTER_ERRORS_MS, pauseMs * 2));
        logger.warn('sweep could not finish', { what, error, pauseMs });
      }
      // Aborting the pause ends the loop at its condition.
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** Looks at everything above the mark that may be overdue, and raises the mark. */
  async pass(): Promise<void> {
    const { clock, definition, timing } = this.#options;
    const now = clock.now();
    const progress = this.#progress ?? (await this.#firstProgress(now));
    let { through } = progress;
    let isContiguous = true;
    const open = new Set(progress.open.filter((executionId) => !this.#settled.has(executionId)));
    for (const executionId of open) this.#ask(executionId);
    for await (const batch of this.#batches(progress.through, firstIdAt(now - youthMs(definition, timing) + 1))) {
      const found = await this.#lookAtAll(batch, now, () => false);
      for (const [index, { executionId, orderedAt }] of batch.entries()) {
        if (found[index] === 'open' && isContiguous) {
          if (now - orderedAt > LONG_OPEN_MS && open.size < MAX_OPEN) open.add(executionId);
          else isContiguous = false;
        }
        if (isContiguous) through = executionId;
      }
    }
    const current = this.#progress ?? progress;
    // A full pass may have found some meanwhile.
    for (const executionId of current.open) if (!progress.open.includes(executionId)) open.add(executionId);
    await this.#keep({ ...current, through, open: [...open] });
  }

  /**
   * Looks at everything behind the mark. What it finds open is kept beside the mark from then on, so that records which
   * an earlier full pass has read need not be read again.
   */
  async fullPass(signal: AbortSignal): Promise<void> {
    const { clock, horizonMs } = this.#options;
    const startedAt = clock.now();
    const progress = this.#progress ?? (await this.#firstProgress(startedAt));
    const found: string[] = [];
    // Records of an execution that is kept as open were read as well: one says FAILED, and its recovery is not done.
    const keptOpen = new Set(progress.open);
    const isKnownEnded = ({ executionId, orderedAt }: JoinedExecution) =>
      orderedAt < progress.fullPassStartedAt - LONG_OPEN_MS && !keptOpen.has(executionId);
    for await (const batch of this.#batches(firstIdAt(startedAt - horizonMs), progress.through)) {
      const looks = await this.#lookAtAll(batch, startedAt, isKnownEnded);
      found.push(...batch.filter((_, index) => looks[index] === 'open').map(({ executionId }) => executionId));
      await clock.sleep(FULL_PASS_PAUSE_MS, signal);
    }
    const current = this.#progress ?? progress;
    const open = [...new Set([...current.open, ...found])];
    const fits = open.length <= MAX_OPEN;
    // With more than fit, the next full pass must read everything again.
    await this.#keep({ ...current, open: open.slice(0, MAX_OPEN), ...(fits && { fullPassStartedAt: startedAt }) });
    this.#fullPassEndedAt = clock.now();
  }

  /**
   * How long ago orders were last compared with results, milliseconds. When full passes fail and passes do not: how much
   * later than it ever should be the full one is.
   */
  lagMs(): number {
    const { clock, record } = this.#options;
    const now = clock.now();
    const lastFullAt = Math.max(this.#createdAt, this.#progress?.fullPassStartedAt ?? 0, this.#fullPassEndedAt);
    return Math.max(lagMs(record.facts.doneAt, this.#createdAt, now), now - lastFullAt - FULL_PASS_LATE_MS);
  }

  async #fullPassWhenDue(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const { fullPassStartedAt } = this.#progress ?? (await this.#firstProgress(clock.now()));
    const lastAt = Math.max(fullPassStartedAt, this.#fullPassEndedAt);
    if (clock.now() - lastAt >= FULL_PASS_EVERY_MS) await this.fullPass(signal);
  }

  /** An execution that a look found ended: it need not be read again. */
  noteEnded(executionId: string): void {
    if (this.#settled.size >= MAX_SETTLED) this.#settled.clear();
    this.#settled.add(executionId);
  }

  async #firstProgress(now: number): Promise<SweepProgress> {
    const { progress, horizonMs } = this.#options;
    const oldest = firstIdAt(now - horizonMs);
    const saved = await progress.read();
    if (saved === undefined) return { through: oldest, open: [], fullPassStartedAt: now };
    return saved.through < oldest ? { ...saved, through: oldest } : saved;
  }

  async #keep(progress: SweepProgress): Promise<void> {
    const before = this.#progress;
    this.#progress = progress;
    const isUnchanged =
      before !== undefined &&
      before.through === progress.through &&
      before.open.length === progress.open.length &&
      before.fullPassStartedAt === progress.fullPassStartedAt;
    if (isUnchanged) return;
    await this.#options.progress.write(progress);
    for (const executionId of this.#settled)
      if (executionId <= progress.through && !progress.open.includes(executionId)) this.#settled.delete(executionId);
  }

  async #lookAtAll(
    batch: readonly JoinedExecution[],
    now: number,
    isKnownEnded: (joined: JoinedExecution) => boolean,
  ): Promise<readonly ('ended' | 'open')[]> {
    const limit = pLimit(READS_SIDE_BY_SIDE);
    return Promise.all(batch.map((joined) => limit(() => this.#look(joined, now, isKnownEnded))));
  }

  /** `isKnownEnded`: of executions whose last steps have records, whether an earlier pass has read that they ended. */
  async #look(
    joined: JoinedExecution,
    now: number,
    isKnownEnded: (joined: JoinedExecution) => boolean,
  ): Promise<'ended' | 'open'> {
    const { definition, timing, isExpected } = this.#options;
    if (this.#settled.has(joined.executionId)) return 'ended';
    // It will be read when its turn comes, and a long backlog must not be read in every pass before that.
    if (isExpected(joined.executionId)) return 'open';
    switch (suspect(definition, joined, timing, now)) {
      case 'ended':
        return 'ended';
      case 'in-time':
        return 'open';
      case 'awaits-result':
        this.#ask(joined.executionId, 'expected');
        return 'open';
      case 'has-records':
        if (isKnownEnded(joined) || (await this.#hasSucceeded(joined.executionId))) {
          this.noteEnded(joined.executionId);
          return 'ended';
        }
        break;
      case 'overdue':
        break;
    }
    this.#ask(joined.executionId);
    return 'open';
  }

  #ask(executionId: string, because: 'expected' | 'found' = 'found'): void {
    const { isExpected, onSuspect, metrics } = this.#options;
    if (isExpected(executionId)) return;
    if (because === 'found') metrics.count(MONITOR_METRICS.sweepFindings);
    onSuspect(executionId);
  }

  /** What cannot be read is for the closer look, which sets its execution aside. */
  #hasSucceeded(executionId: string): Promise<boolean> {
    return this.#options.ends.hasSucceeded(executionId).catch(() => false);
  }

  async *#batches(after: string, upTo: string): AsyncGenerator<readonly JoinedExecution[], void, undefined> {
    const { store } = this.#options;
    const orders = store.appStore.list(ORDERS_PREFIX, orderKey(after));
    // Everything of the execution at the mark itself lies before this key.
    const facts = store.stateStorage.list(EXECUTIONS_PREFIX, `${executionPrefix(after)}~`);
    let batch: JoinedExecution[] = [];
    for await (const joined of mergeJoin(orders, facts)) {
      if (joined.executionId > upTo) break;
      batch.push(joined);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

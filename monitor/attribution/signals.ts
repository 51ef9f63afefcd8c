import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Failure } from '../../workflow/failure.ts';
import type { UnattributedReason } from '../../workflow/monitor-status.ts';
import type { BarredRecord } from '../../workflow/records.ts';
import type { StepEnded, StepOutcome } from '../../workflow/step-log.ts';
import { isSameAttempt, type Attempt, type Attribution } from './attribution.ts';
import { kindOfThrownError } from '../classifier/error-kinds.ts';
import type { StepFailure } from '../queue/execution-queue.ts';
import { compare } from './invocation-boundaries.ts';
import type { LogEvent } from '../classifier/log-event.ts';
import { LogEvidence } from './log-evidence.ts';
import type { ReadPage } from '../log/log-page.ts';
import { WindowScan } from '../log/window-scan.ts';
import { MONITOR_METRICS } from '../metric-names.ts';
import type { Observation, ObservedFailure } from '../classifier/observation.ts';
import { RecentKeys } from './recent-keys.ts';
import {
  pauseBeforeLookUpMs,
  planLookUp,
  type FailureFinding,
  type LookUp,
  type WaitingFailure,
} from './waiting-failure.ts';

export interface SignalsOptions {
  readonly attribution: Attribution;
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The step whose success makes an execution's, as far as the log is concerned. */
  readonly lastStep: string;
  /** No invocation of a step begins longer before its last line: how far back the log is searched for what belongs to a line. */
  readonly longestRunMs: number;
  readonly onFailure: (executionId: string, failure?: StepFailure) => void;
  /** Something was refused that came after its attempt was given up. */
  readonly onBarred: (barred: BarredRecord) => void;
}

/** Failures and suspicions that wait for other lines; beyond it the oldest are given up and the deadline finds them. */
const MAX_WAITING = 1_000;
/** Of one query. Whose lines lie behind more pages than that is as if they were lost. */
const MAX_PAGES = 10;
/** Until the log is asked again for lines that it could not give. */
const AFTER_ERROR_MS = 5_000;
/** What an end line says of a failure, or of what came after one. */
const TELLING_OUTCOMES: ReadonlySet<StepOutcome> = new Set(['FAILED', 'REJECTED', 'BARRED']);
/** Requests remembered whose failure was reported: several lines say the same of one invocation. */
const MAX_REPORTED = 20_000;

interface Reading {
  readonly helped: LookUp['helped'];
  readonly scan: WindowScan;
  pages: number;
}

/**
 * Turns log events into failures of executions. A line that names its request waits until it is known whose the request
 * is; one that names none, or that a function which succeeds may print as well, waits until its invocation has ended.
 * What is missing for it is looked for in the log. What cannot be attributed is counted and never guessed.
 */
export class Signals {
  readonly #options: SignalsOptions;
  readonly #evidence: LogEvidence;
  readonly #waiting = new Set<WaitingFailure>();
  readonly #reported = new RecentKeys(MAX_REPORTED);
  readonly #unattributed = new Map<UnattributedReason, number>();
  /** The query that is being read, over as many rounds as it has pages. */
  #reading: Reading | undefined;

  constructor(options: SignalsOptions) {
    this.#options = options;
    this.#evidence = new LogEvidence(options.attribution, options.longestRunMs);
  }

  /** How many failures and suspicions were given up since the start, by reason. */
  get unattributed(): ReadonlyMap<UnattributedReason, number> {
    return this.#unattributed;
  }

  /** One page of the log. */
  take(events: readonly LogEvent[]): void {
    const { metrics, lastStep } = this.#options;
    const fresh: WaitingFailure[] = [];
    // Lines of one millisecond come in any order, so the whole page is learned before anything of it is judged.
    for (const { event, place, observation } of this.#evidence.learn(events, 'polled')) {
      if (tellsOfFailure(observation)) fresh.push({ event, place, finding: observation, lookUps: 0, lookUpAt: 0 });
      else if (isSuccessOf(observation, lastStep)) metrics.count(MONITOR_METRICS.executionsSucceeded);
    }
    const streams = new Set(events.map(({ streamName }) => streamName));
    const concerned = [...this.#waiting].filter(({ event }) => streams.has(event.streamName));
    const isHeld = new Set(concerned);
    for (const waiting of [...fresh, ...concerned].sort(bySureness)) {
      const reason = this.#settle(waiting);
      if (reason === undefined) this.#waiting.delete(waiting);
      else if (!isHeld.has(waiting)) this.#wait(waiting, reason);
    }
  }

  /** One page of what is looked for, if anything is: the poll, which has the same pace, must not wait for a long answer. */
  async lookUp(signal: AbortSignal): Promise<void> {
    const reading = (this.#reading ??= this.#beginToRead());
    if (reading === undefined) return;
    try {
      reading.pages += 1;
      this.#learnLookedUp(await reading.scan.nextPage(signal));
    } catch (error) {
      this.#reading = undefined;
      // Asked again later, behind the others: what can never be read must not keep them waiting.
      const helped = this.#stillWaiting(reading.helped);
      const lookUpAt = this.#options.clock.now() + AFTER_ERROR_MS;
      for (const waiting of helped) this.#waiting.delete(waiting);
      for (const waiting of helped) this.#waiting.add({ ...waiting, lookUpAt });
      throw error;
    }
    if (!reading.scan.isDone && reading.pages < MAX_PAGES) return;
    this.#reading = undefined;
    this.#settleAgain(this.#stillWaiting(reading.helped));
  }

  #beginToRead(): Reading | undefined {
    const { readPage, clock, longestRunMs } = this.#options;
    const now = clock.now();
    const due = [...this.#waiting].filter(({ lookUpAt }) => lookUpAt <= now).sort(bySureness);
    const [wanted, unhelped] = partition(due, (waiting) => this.#evidence.mayTellMore(waiting));
    this.#settleAgain(unhelped);
    const plan = planLookUp({
      due: wanted,
      boundaries: this.#evidence.boundaries,
      lookedForBy: (waiting) => this.#evidence.lookedForBy(waiting),
      now,
      longestRunMs,
    });
    return plan && { helped: plan.helped, scan: new WindowScan({ readPage, query: plan.query }), pages: 0 };
  }

  /** A page of the poll may have said all meanwhile. */
  #stillWaiting(helped: LookUp['helped']): readonly WaitingFailure[] {
    return helped.filter((waiting) => this.#waiting.has(waiting));
  }

  /** A record of the platform that the poll has missed knows better than the suspicion that led to it. */
  #learnLookedUp(events: readonly LogEvent[]): void {
    for (const { event, place, observation } of this.#evidence.learn(events, 'looked-up'))
      if (observation.kind === 'failed') this.#settle({ event, place, finding: observation, lookUps: 0, lookUpAt: 0 });
  }

  #settleAgain(failures: readonly WaitingFailure[]): void {
    for (const waiting of failures) {
      this.#waiting.delete(waiting);
      const asked = { ...waiting, lookUps: waiting.lookUps + 1 };
      const reason = this.#settle(asked);
      if (reason !== undefined) this.#wait(asked, reason);
    }
  }

  /** Why it has to wait on; `undefined` when all is said. */
  #settle(waiting: WaitingFailure): UnattributedReason | undefined {
    const { requestId } = waiting.finding;
    if (requestId !== undefined && waiting.finding.kind !== 'ended' && this.#reported.has(requestId)) return undefined;
    const judgement = this.#evidence.judge(waiting);
    if (judgement.kind === 'waits') return judgement.reason;
    if (judgement.kind === 'failure') this.#report(judgement.attempt, judgement.requestId, waiting);
    return undefined;
  }

  #wait(waiting: WaitingFailure, reason: UnattributedReason): void {
    const pauseMs = pauseBeforeLookUpMs(waiting);
    if (pauseMs === undefined) {
      this.#giveUp(waiting, reason);
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) this.#giveUpOldest();
    this.#waiting.add({ ...waiting, lookUpAt: this.#options.clock.now() + pauseMs });
  }

  /** Of what only might have been a failure, while there is any: a chatty function must not crowd out the others. */
  #giveUpOldest(): void {
    const all = [...this.#waiting];
    const oldest =
      all.find(({ finding }) => finding.kind === 'suspected' && finding.certainty === 'possible') ?? all[0];
    if (oldest === undefined) return;
    this.#waiting.delete(oldest);
    this.#giveUp(oldest, 'too-many');
  }

  #report(attempt: Attempt, requestId: string, waiting: WaitingFailure): void {
    const { onFailure, clock } = this.#options;
    const { event, finding } = waiting;
    if (finding.kind === 'ended' && !isSameAttempt(finding.line, attempt)) {
      this.#giveUp(waiting, 'other-attempt');
      return;
    }
    if (finding.kind === 'ended' && finding.line.outcome === 'BARRED') {
      this.#reportBarred(attempt, requestId, finding.line, event);
      return;
    }
    if (finding.kind === 'ended' && finding.line.outcome === 'REJECTED') {
      onFailure(attempt.executionId);
      return;
    }
    if (!this.#reported.add(requestId)) return;
    const failure: Failure = {
      ...observed(finding),
      signal: 'log',
      attempt: attempt.attempt,
      detectedAt: clock.now(),
      requestId,
      evidence: [event.eventId],
    };
    onFailure(attempt.executionId, { step: attempt.step, failure, evidenceAt: event.timestamp });
  }

  #reportBarred(attempt: Attempt, requestId: string, { barred }: StepEnded, { timestamp, eventId }: LogEvent): void {
    if (barred === undefined) return;
    const { executionId, step, attempt: n } = attempt;
    this.#options.onBarred({ executionId, step, attempt: n, ...barred, requestId, barredAt: timestamp, eventId });
  }

  /** What was no failure, or only might have been one, is no news to anybody; it is counted beside the failures. */
  #giveUp({ event, finding }: WaitingFailure, reason: UnattributedReason): void {
    const { metrics, logger } = this.#options;
    this.#unattributed.set(reason, (this.#unattributed.get(reason) ?? 0) + 1);
    if (finding.kind === 'suspected' && finding.certainty === 'possible') return;
    if (finding.kind === 'ended' && finding.line.outcome === 'BARRED') return;
    metrics.count(MONITOR_METRICS.failuresNotAttributed);
    logger.warn('failure not attributed', {
      reason,
      requestId: finding.requestId,
      streamName: event.streamName,
      eventId: event.eventId,
    });
  }
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

function tellsOfFailure(observation: Observation): observation is FailureFinding {
  switch (observation.kind) {
    case 'failed':
    case 'suspected':
      return true;
    case 'ended':
      return TELLING_OUTCOMES.has(observation.line.outcome);
    default:
      return false;
  }
}

function isSuccessOf(observation: Observation, step: string): boolean {
  return observation.kind === 'ended' && observation.line.outcome === 'SUCCEEDED' && observation.line.step === step;
}

/**
 * The first that is reported of an invocation counts. The platform and our end line know best; of what the function
 * printed the last is most likely what it died of.
 */
function bySureness(a: WaitingFailure, b: WaitingFailure): number {
  const rank = ({ finding }: WaitingFailure) =>
    finding.kind !== 'suspected' ? 0 : finding.certainty === 'certain' ? 1 : 2;
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  return rank(a) === 0 ? compare(a.place, b.place) : compare(b.place, a.place);
}

function observed(finding: FailureFinding): ObservedFailure {
  if (finding.kind !== 'ended') return finding.failure;
  const { name, message, retryable } = finding.line.error ?? {
    name: 'Error',
    message: 'the function ended FAILED without an error',
  };
  return { kind: kindOfThrownError(name, retryable), error: name, message };
}

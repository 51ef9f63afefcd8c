import { RecentMap } from '../../platform/recent-map.ts';
import type { UnattributedReason } from '../../workflow/monitor-status.ts';
import type { Attempt, Attribution } from './attribution.ts';
import { observe } from '../classifier/classifier.ts';
import { compare, InvocationBoundaries, type Place } from './invocation-boundaries.ts';
import { functionOfStream, type LogEvent } from '../classifier/log-event.ts';
import type { Observation } from '../classifier/observation.ts';
import { endsInvocation } from '../classifier/platform-record.ts';
import { PrintedKeys } from './printed-keys.ts';
import {
  hasSettled,
  requestIdOf,
  type FailureFinding,
  type LookedFor,
  type WaitingFailure,
} from './waiting-failure.ts';

export interface ObservedEvent {
  readonly event: LogEvent;
  readonly place: Place;
  readonly observation: Observation;
}

/** What a line that tells of a failure comes to, as far as the lines around it have been seen. */
export type Judgement =
  | { readonly kind: 'failure'; readonly requestId: string; readonly attempt: Attempt }
  | { readonly kind: 'no-failure' }
  | { readonly kind: 'waits'; readonly reason: UnattributedReason };

/** End lines remembered, to drop the suspicions of their invocations: those of minutes. S3 judges what is forgotten. */
const MAX_END_LINES = 20_000;
/** Requests remembered with the streams that they began in. */
const MAX_STARTED = 50_000;
/** A request that began in as many streams as this is contradicted for good. */
const MAX_STREAMS_A_REQUEST = 4;

/**
 * What the lines of the log say of one another: where invocations begin and end, how they ended, and whose they are. It
 * decides nothing for ever: a line that comes later may tell more.
 */
export class LogEvidence {
  readonly boundaries: InvocationBoundaries;
  readonly #attribution: Attribution;
  readonly #printedKeys = new PrintedKeys();
  readonly #endLines = new RecentMap<string, Place>(MAX_END_LINES);
  readonly #startedIn = new RecentMap<string, readonly string[]>(MAX_STARTED);
  #pages = 0;

  constructor(attribution: Attribution, longestRunMs: number) {
    this.#attribution = attribution;
    this.boundaries = new InvocationBoundaries(longestRunMs);
  }

  /** Learns one page of the log, `polled` in full or `looked-up` in part, and gives what says something. */
  learn(events: readonly LogEvent[], source: 'polled' | 'looked-up'): readonly ObservedEvent[] {
    this.#pages += 1;
    const observed: ObservedEvent[] = [];
    for (const [index, event] of events.entries()) {
      const place: Place = { timestamp: event.timestamp, page: this.#pages, index };
      const printsKeys = this.#printsKeys(event.streamName);
      if (printsKeys && source === 'polled') this.#printedKeys.note(event.streamName, place, event.message);
      const observation = observe(event);
      if (observation === undefined) continue;
      this.#learn(event, place, observation);
      // What an invocation printed before it was first looked up has not been seen.
      if (printsKeys && source === 'looked-up') this.#printedKeys.forgetUntil(event.timestamp);
      observed.push({ event, place, observation });
    }
    return observed;
  }

  /**
   * Whether asking the log may tell whose it is. What a dying process prints is followed by a record of the platform that
   * says so itself; and whose the requests of some functions are, only Lambda's answer to the monitor says.
   */
  mayTellMore(waiting: WaitingFailure): boolean {
    const { finding } = waiting;
    if (isPossible(finding) && requestIdOf(waiting, this.boundaries) === undefined) return false;
    const { streamName } = waiting.event;
    const judgement = this.judge(waiting);
    const reason = judgement.kind === 'waits' ? judgement.reason : undefined;
    if (reason === 'other-invocation') return false;
    return reason !== 'unknown-request' || this.#printsStepLines(streamName) || this.#printsKeys(streamName);
  }

  /** What would tell more. */
  lookedForBy(waiting: WaitingFailure): LookedFor {
    const requestId = requestIdOf(waiting, this.boundaries);
    if (requestId === undefined) return 'boundaries';
    const tie = this.#attribution.find(requestId, waiting.event.streamName);
    // The first look is for its own first line, which proves more.
    return tie?.kind === 'answer' && waiting.lookUps > 0 ? 'stream' : 'request';
  }

  judge(waiting: WaitingFailure): Judgement {
    const { finding } = waiting;
    const { streamName } = waiting.event;
    // A function that is not wrapped has no end line: it is somebody's text.
    if (finding.kind === 'ended' && !this.#printsStepLines(streamName)) return { kind: 'no-failure' };
    const requestId = requestIdOf(waiting, this.boundaries);
    if (requestId === undefined) return { kind: 'waits', reason: 'not-enclosed' };
    if (finding.kind === 'suspected') {
      // Until its invocation has ended the function may be running, and must not be condemned.
      if (!this.#isOver(waiting, requestId)) return { kind: 'waits', reason: 'not-enclosed' };
      if (this.#hasEndLine(streamName, requestId)) return { kind: 'no-failure' };
      // Where there is an end line it decides, and it may come later: it is asked for before it is held to be missing.
      if (isPossible(finding) && waiting.lookUps === 0 && this.#printsStepLines(streamName))
        return { kind: 'waits', reason: 'not-enclosed' };
    }
    const tie = this.#attribution.find(requestId, streamName);
    switch (tie?.kind) {
      case 'first-line':
        return this.boundaries.isSameRun(streamName, requestId, tie.firstLineAt, waiting.place)
          ? { kind: 'failure', requestId, attempt: tie.attempt }
          : { kind: 'waits', reason: 'other-invocation' };
      case 'answer':
        return hasSettled(waiting) && this.#ranHereAlone(waiting, requestId)
          ? { kind: 'failure', requestId, attempt: tie.attempt }
          : { kind: 'waits', reason: 'unproven-stream' };
      case undefined:
        return this.#attribution.knows(requestId)
          ? { kind: 'waits', reason: 'other-stream' }
          : this.#judgeByKeys(streamName, requestId);
    }
  }

  #learn(event: LogEvent, place: Place, observation: Observation): void {
    const { streamName } = event;
    switch (observation.kind) {
      case 'started':
        this.#attribution.learnFromLog(observation.line, streamName, place);
        return;
      case 'invocation-started':
        this.boundaries.add('start', observation.requestId, event, place);
        this.#noteStart(observation.requestId, streamName);
        return;
      case 'invocation-ended':
        this.boundaries.add('end', observation.requestId, event, place);
        return;
      case 'ended':
        if (this.#printsStepLines(streamName)) this.#noteEndLine(`${streamName} ${observation.requestId}`, place);
        return;
      case 'failed':
        if (endsInvocation(event.message)) this.boundaries.add('end', observation.requestId, event, place);
        return;
      case 'suspected':
        return;
    }
  }

  #noteEndLine(key: string, place: Place): void {
    const known = this.#endLines.get(key);
    if (known === undefined || compare(place, known) < 0) this.#endLines.set(key, place);
  }

  #noteStart(requestId: string, streamName: string): void {
    const streams = this.#startedIn.get(requestId) ?? [];
    if (streams.includes(streamName) || streams.length >= MAX_STREAMS_A_REQUEST) return;
    this.#startedIn.set(requestId, [...streams, streamName]);
  }

  /** One request cannot have run in two streams, each alone: then nobody knows which of them tells the truth. */
  #ranHereAlone({ event: { streamName }, place }: WaitingFailure, requestId: string): boolean {
    if (!this.boundaries.ranAlone(streamName, requestId, place)) return false;
    const others = (this.#startedIn.get(requestId) ?? []).filter((other) => other !== streamName);
    return (
      others.length < MAX_STREAMS_A_REQUEST - 1 && !others.some((other) => this.boundaries.ranAlone(other, requestId))
    );
  }

  /** Text of a later invocation that looks like an end line is none. */
  #hasEndLine(streamName: string, requestId: string): boolean {
    const place = this.#endLines.get(`${streamName} ${requestId}`);
    if (place === undefined) return false;
    const tie = this.#attribution.find(requestId, streamName);
    return tie?.kind !== 'first-line' || this.boundaries.isSameRun(streamName, requestId, tie.firstLineAt, place);
  }

  #isOver({ event, place, finding }: WaitingFailure, requestId: string): boolean {
    return finding.requestId === undefined
      ? this.boundaries.around(event.streamName, place).kind === 'within'
      : this.boundaries.hasEnded(event.streamName, requestId, place);
  }

  /** The first attempt is the only one whose request is not known from Lambda's answer to the monitor. */
  #judgeByKeys(streamName: string, requestId: string): Judgement {
    const step = this.#attribution.stepThatPrintsKeys(functionOfStream(streamName));
    if (step === undefined) return { kind: 'waits', reason: 'unknown-request' };
    const run = this.boundaries.runOf(streamName, requestId);
    const executionId = run && this.#printedKeys.executionOf(streamName, run);
    return executionId === undefined
      ? { kind: 'waits', reason: 'no-single-key' }
      : { kind: 'failure', requestId, attempt: { executionId, step, attempt: 1 } };
  }

  #printsStepLines(streamName: string): boolean {
    return this.#attribution.printsStepLines(functionOfStream(streamName));
  }

  #printsKeys(streamName: string): boolean {
    return this.#attribution.stepThatPrintsKeys(functionOfStream(streamName)) !== undefined;
  }
}

function isPossible(finding: FailureFinding): boolean {
  return finding.kind === 'suspected' && finding.certainty === 'possible';
}

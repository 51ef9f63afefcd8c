import type { StepRepresentation } from '../../../coordinator/schemas/order.ts';
import type { Attempt, Span, TimelineEvent, Told } from './timeline.ts';

export interface AttemptToTell {
  readonly step: StepRepresentation;
  readonly attempt: Attempt;
  readonly isLast: boolean;
  /** The trigger, or the failure of the attempt before. */
  readonly couldBeginAt: number;
  readonly stepEndedAt: number | undefined;
  readonly now: number;
}

/** One attempt of a step from its claim to what was found of it. `endedAt` is where the next one could begin. */
export function tellAttempt(telling: AttemptToTell): Told & { readonly endedAt: number } {
  const claim = tellClaim(telling);
  const start = tellStart(telling, claim.beganAt);
  const end = tellEnd(telling);
  const { couldBeginAt, now } = telling;
  const beganAt = Math.min(start.beganAt, end.endedAt ?? start.beganAt);
  const spans = [...claim.spans, ...start.spans];
  if (claim.hasBegun || end.endedAt !== undefined) {
    const toAt = end.endedAt ?? Math.max(now, beganAt);
    spans.push({ fromAt: Math.max(beganAt, couldBeginAt), toAt, kind: end.kind, label: labelOf(telling) });
  }
  const events = [...claim.events, ...start.events, ...end.events, ...tellBarred(telling)];
  return { events, spans, endedAt: end.endedAt ?? start.beganAt };
}

/** From the second attempt on, the monitor claims it, waits, and invokes the function itself. */
function tellClaim({ step, attempt: own, couldBeginAt, now }: AttemptToTell): Told & {
  readonly beganAt: number;
  readonly hasBegun: boolean;
} {
  const { attempt, invokeAt: planned, invokedAt: noted } = own;
  if (planned === undefined) return { events: [], spans: [], beganAt: couldBeginAt, hasBegun: true };
  const about = aboutAttempt(step, own);
  const invokeAt = Math.max(Date.parse(planned), couldBeginAt);
  const pauseMs = invokeAt - couldBeginAt;
  const events: TimelineEvent[] = [
    { id: `${step.name}.${attempt}.claimed`, kind: 'retry-claimed', at: couldBeginAt, pauseMs, ...about },
  ];
  const pausedTo = Math.min(invokeAt, Math.max(now, couldBeginAt));
  const spans: Span[] = [{ fromAt: couldBeginAt, toAt: pausedTo, kind: 'pause', label: '' }];
  if (noted === undefined) return { events, spans, beganAt: invokeAt, hasBegun: false };
  const beganAt = Math.max(Date.parse(noted), invokeAt);
  events.push({ id: `${step.name}.${attempt}.invoked`, kind: 'invoked', at: beganAt, isRounded: true, ...about });
  return { events, spans, beganAt, hasBegun: true };
}

/** The record that ends a step says when its own attempt began; of the others nobody wrote it down. */
function tellStart(
  { step, attempt, isLast }: AttemptToTell,
  couldBeginAt: number,
): Told & { readonly beganAt: number } {
  if (!isLast || step.startedAt === undefined) return { events: [], spans: [], beganAt: couldBeginAt };
  const beganAt = Math.max(Date.parse(step.startedAt), couldBeginAt);
  return {
    beganAt,
    events: [
      { id: `${step.name}.${attempt.attempt}.started`, kind: 'started', at: beganAt, ...aboutAttempt(step, attempt) },
    ],
    spans: [{ fromAt: couldBeginAt, toAt: beganAt, kind: 'waiting', label: 'waited' }],
  };
}

/** What was found of it, and by whom; or that it succeeded. */
function tellEnd({ step, attempt: own, isLast, couldBeginAt, stepEndedAt }: AttemptToTell): {
  readonly events: readonly TimelineEvent[];
  readonly endedAt: number | undefined;
  readonly kind: 'failed' | 'succeeded' | 'open';
} {
  const about = { lane: step.name, step: step.name };
  const id = (what: string) => `${step.name}.${own.attempt}.${what}`;
  const notBefore = (instant: string) => Math.max(Date.parse(instant), couldBeginAt);
  const { failure, confirmations = [] } = own;
  if (failure !== undefined) {
    const endedAt = notBefore(failure.detectedAt);
    const isFinal = isLast && step.status === 'FAILED';
    const verdict: TimelineEvent = { id: id('verdict'), kind: 'verdict', at: endedAt, failure, isFinal, ...about };
    const confirmed = confirmations.map((confirmation): TimelineEvent => ({
      id: id(`confirmed-by-${confirmation.signal}`),
      kind: 'confirmation',
      at: notBefore(confirmation.detectedAt),
      failure: confirmation,
      ...about,
    }));
    return { events: [verdict, ...confirmed], endedAt, kind: 'failed' };
  }
  if (!isLast || step.status !== 'SUCCEEDED' || stepEndedAt === undefined)
    return { events: [], endedAt: undefined, kind: 'open' };
  const output = step.output === undefined ? {} : { output: step.output };
  const succeeded: TimelineEvent = {
    id: id('succeeded'),
    kind: 'succeeded',
    at: stepEndedAt,
    ...aboutAttempt(step, own),
    ...output,
  };
  return { events: [succeeded], endedAt: stepEndedAt, kind: 'succeeded' };
}

/** What came to write after it was given up. */
function tellBarred({ step, attempt: { attempt, barred }, couldBeginAt }: AttemptToTell): readonly TimelineEvent[] {
  if (barred === undefined) return [];
  const { barredAt, ...late } = barred;
  const at = Math.max(Date.parse(barredAt), couldBeginAt);
  return [
    { id: `${step.name}.${attempt}.barred`, kind: 'barred', at, lane: step.name, step: step.name, attempt, ...late },
  ];
}

function aboutAttempt({ name }: StepRepresentation, { attempt, requestId }: Attempt) {
  return { lane: name, step: name, attempt, ...(requestId !== undefined && { requestId }) };
}

/** The number says something only when there is more than one. */
function labelOf({ attempt: { attempt }, isLast }: AttemptToTell): string {
  return attempt === 1 && isLast ? '' : `attempt ${attempt}`;
}

import type { OrderRepresentation, StepRepresentation } from '../../../coordinator/schemas/order.ts';
import { tellAttempt } from './tell-attempt.ts';
import { tellRecovery } from './tell-recovery.ts';
import type { Lane, Span, Timeline, TimelineEvent, Told } from './timeline.ts';

const ORDER_LANE = 'order';
const RECOVERY_LANE = 'recovery';

/** `now` is where what has not ended is drawn to. */
export function timelineOf(order: OrderRepresentation, now: number): Timeline {
  const submittedAt = Date.parse(order.submittedAt);
  const events: TimelineEvent[] = [
    { id: 'input', kind: 'input', at: submittedAt, lane: ORDER_LANE, input: order.input },
  ];
  const lanes: Lane[] = [];
  const ends = new Map<string, number>();
  for (const step of order.steps) {
    const notBefore = ends.get(step.after ?? '') ?? submittedAt;
    const told = tellStep(step, { notBefore, by: step.after ?? ORDER_LANE, now });
    events.push(...told.events);
    lanes.push({ name: step.name, spans: told.spans });
    if (told.endedAt !== undefined) ends.set(step.name, told.endedAt);
  }
  const endOfSteps = Math.max(submittedAt, ...ends.values());
  if (order.failure !== undefined) {
    const told = tellRecovery(order, { lane: RECOVERY_LANE, notBefore: endOfSteps, now });
    events.push(...told.events);
    lanes.push({ name: RECOVERY_LANE, spans: told.spans });
  }
  const endedAt = endOf(order, endOfSteps);
  if (endedAt !== undefined)
    events.push({ id: 'ended', kind: 'ended', at: endedAt, lane: ORDER_LANE, status: order.status });
  // Stable: what happened at one instant stays in the order in which it was told.
  events.sort((a, b) => a.at - b.at);
  return {
    fromAt: submittedAt,
    toAt: Math.max(endedAt ?? now, ...events.map((event) => event.at)),
    lanes: [{ name: ORDER_LANE, spans: [wholeSpan(order, submittedAt, endedAt, now)] }, ...lanes],
    events,
  };
}

interface StepPlace {
  /** When the step that it waits for ended. */
  readonly notBefore: number;
  /** That step, or the order. */
  readonly by: string;
  readonly now: number;
}

function tellStep(step: StepRepresentation, { notBefore, by, now }: StepPlace): Told & { readonly endedAt?: number } {
  if (step.triggeredAt === undefined) return { events: [], spans: [] };
  const lane = step.name;
  const triggeredAt = Math.max(Date.parse(step.triggeredAt), notBefore);
  const events: TimelineEvent[] = [
    { id: `${lane}.triggered`, kind: 'triggered', at: triggeredAt, isRounded: true, lane, step: lane, by },
  ];
  const spans: Span[] = [];
  const endedAt = step.endedAt === undefined ? undefined : Math.max(Date.parse(step.endedAt), triggeredAt);
  let couldBeginAt = triggeredAt;
  for (const [index, attempt] of step.attempts.entries()) {
    const isLast = index === step.attempts.length - 1;
    const told = tellAttempt({ step, attempt, isLast, couldBeginAt, stepEndedAt: endedAt, now });
    events.push(...told.events);
    spans.push(...told.spans);
    couldBeginAt = told.endedAt;
  }
  return { events, spans, ...(endedAt !== undefined && { endedAt }) };
}

function wholeSpan(
  { status }: OrderRepresentation,
  submittedAt: number,
  endedAt: number | undefined,
  now: number,
): Span {
  const kind = endedAt === undefined ? 'open' : status === 'SUCCEEDED' ? 'succeeded' : 'failed';
  return { fromAt: submittedAt, toAt: endedAt ?? Math.max(now, submittedAt), kind, label: '' };
}

/** By clocks, not by LastModified: that is cut off to the second and can lie before what led to it. */
function endOf({ status, recovery }: OrderRepresentation, endOfSteps: number): number | undefined {
  if (status === 'SUCCEEDED') return endOfSteps;
  if (status !== 'FAILED' || recovery?.recoveredAt === undefined) return undefined;
  return Math.max(endOfSteps, Date.parse(recovery.recoveredAt));
}

import type { OrderRepresentation } from '../../../coordinator/schemas/order.ts';
import type { Span, TimelineEvent, Told } from './timeline.ts';

export interface RecoveryPlace {
  readonly lane: string;
  /** When the last of the steps ended. */
  readonly notBefore: number;
  readonly now: number;
}

/** The tries that failed, and the one that undid everything. */
export function tellRecovery(
  { status, failure, recovery, steps }: OrderRepresentation,
  { lane, notBefore, now }: RecoveryPlace,
): Told {
  if (failure === undefined || recovery === undefined) return { events: [], spans: [] };
  // It begins once the record of the failed step is won.
  const wonAt = steps.find(({ name }) => name === failure.step)?.endedAt ?? failure.detectedAt;
  const fromAt = Math.max(Date.parse(failure.detectedAt), Date.parse(wonAt));
  const events: TimelineEvent[] = recovery.failures.map(({ failedAt, ...tried }) => ({
    id: `recovery.${tried.attempt}`,
    kind: 'handler-failed',
    at: Math.max(Date.parse(failedAt), fromAt),
    isRounded: true,
    lane,
    ...tried,
  }));
  for (const { request, requestedAt } of recovery.requests ?? []) {
    const at = Math.max(Date.parse(requestedAt), fromAt);
    events.push({ id: `recovery.request-${request}`, kind: 'recovery-requested', at, isRounded: true, lane });
  }
  // Nothing is being undone: a person has to ask for it.
  if (status === 'HELD') return { events, spans: [] };
  if (recovery.recoveredAt === undefined) {
    return { events, spans: [{ fromAt, toAt: Math.max(now, fromAt), kind: 'open', label: '' }] };
  }
  const recoveredAt = Math.max(Date.parse(recovery.recoveredAt), fromAt, notBefore);
  events.push({ id: 'recovered', kind: 'recovered', at: recoveredAt, lane, actions: recovery.actions ?? [] });
  const span: Span = { fromAt, toAt: recoveredAt, kind: 'recovery', label: '' };
  return { events, spans: [span] };
}

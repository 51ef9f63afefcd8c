import { describe, expect, it } from 'vitest';
import { titleOf } from '../../../web/execution/timeline/event-title.ts';
import { timelineOf } from '../../../web/execution/timeline/timeline-of.ts';
import type { Timeline } from '../../../web/execution/timeline/timeline.ts';
import { aFailure, anOrder, aRecoveredOrder, CONFIRMED, iso, T0, whole } from './an-order.ts';

const told = ({ events, fromAt }: Timeline) =>
  events.map((event) => `${event.at - fromAt} ${event.lane} ${titleOf(event)}`);
const drawn = ({ lanes, fromAt }: Timeline) =>
  Object.fromEntries(
    lanes.map(({ name, spans }) => [
      name,
      spans.map((span) => `${span.kind} ${span.fromAt - fromAt}-${span.toAt - fromAt}`),
    ]),
  );

describe('the timeline of an order', () => {
  it('tells of a recovered order from its input to its end, in the order in which it happened', () => {
    const timeline = timelineOf(aRecoveredOrder(), T0 + 60_000);
    expect(told(timeline)).toEqual([
      '0 order taken and written to the app store',
      '0 confirm-order triggered by the order',
      '60 confirm-order attempt 1 started',
      '100 confirm-order attempt 1 SUCCEEDED',
      '100 payment triggered by the record of confirm-order',
      '500 payment attempt 1 FAILED for good: ACCESS_DENIED, found by its log',
      "580 payment attempt 1: Lambda's on-failure destination confirms it as ACCESS_DENIED",
      '620 recovery done, and read back',
      '620 order FAILED',
    ]);
    expect(drawn(timeline)).toEqual({
      order: ['failed 0-620'],
      'confirm-order': ['waiting 0-60', 'succeeded 60-100'],
      payment: ['failed 100-500'],
      recovery: ['recovery 510-620'],
    });
    expect(timeline.toAt).toBe(T0 + 620);
  });

  it('tells of what came to write after it was given up, also behind the end', () => {
    const order = aRecoveredOrder();
    const barred = { by: 'slot' as const, write: 'payment-capture', barredAt: iso(4000), requestId: 'request-2' };
    const steps = order.steps.map((step) =>
      step.name === 'payment' ? { ...step, attempts: step.attempts.map((attempt) => ({ ...attempt, barred })) } : step,
    );
    const timeline = timelineOf({ ...order, steps }, T0 + 60_000);
    expect(told(timeline).at(-1)).toBe(
      '4000 payment attempt 1 came to write payment-capture after it was given up, and the closed slot refused it',
    );
    expect(timeline.toAt).toBe(T0 + 4000);
  });

  it('keeps what was undone, with before and after', () => {
    const recovered = timelineOf(aRecoveredOrder(), T0).events.find(({ kind }) => kind === 'recovered');
    expect(recovered).toMatchObject({
      actions: [{ handler: 'cancel-payment' }, { before: { units: 2 }, after: { units: 0 } }],
    });
  });

  it('draws what has not ended to now', () => {
    expect(drawn(timelineOf(anOrder(), T0 + 900))).toEqual({
      order: ['open 0-900'],
      'confirm-order': ['waiting 0-60', 'succeeded 60-100'],
      payment: ['open 100-900'],
    });
  });

  it('shows what S3 says to the second no earlier than what led to it, and says that it is rounded', () => {
    const { events } = timelineOf(anOrder(), T0 + 900);
    const triggers = events.filter(({ kind }) => kind === 'triggered');
    expect(triggers).toMatchObject([
      { at: T0, isRounded: true },
      { at: T0 + 100, isRounded: true },
    ]);
  });

  it('tells of every attempt, of the pause before it, and of the one that is claimed and not invoked yet', () => {
    const silent = (attempt: number, ms: number) =>
      aFailure(ms, { attempt, kind: 'NO_EVIDENCE', signal: 'deadline', requestId: undefined, evidence: undefined });
    const payment = {
      name: 'payment',
      after: 'confirm-order',
      status: 'RUNNING' as const,
      triggeredAt: whole(100),
      attempts: [
        { attempt: 1, failure: silent(1, 2000) },
        { attempt: 2, invokeAt: iso(2500), invokedAt: whole(2600), requestId: 'r2', failure: silent(2, 6000) },
        { attempt: 3, invokeAt: iso(7000) },
      ],
    };
    const timeline = timelineOf(anOrder({ steps: [CONFIRMED, payment] }), T0 + 6500);
    expect(told(timeline).slice(4)).toEqual([
      '100 payment triggered by the record of confirm-order',
      '2000 payment attempt 1 failed: NO_EVIDENCE, found by silence until its deadline',
      '2000 payment attempt 2 claimed, to begin after 0.50 s',
      '2550 payment attempt 2 invoked by the monitor',
      '6000 payment attempt 2 failed: NO_EVIDENCE, found by silence until its deadline',
      '6000 payment attempt 3 claimed, to begin after 1.00 s',
    ]);
    expect(drawn(timeline).payment).toEqual([
      'failed 100-2000',
      'pause 2000-2500',
      'failed 2550-6000',
      'pause 6000-6500',
    ]);
  });

  it('tells of tries of recovery that failed, and goes on with the recovery', () => {
    const order = aRecoveredOrder();
    const failures = [{ attempt: 1, handler: 'cancel-payment', error: 'E', message: 'm', failedAt: whole(1600) }];
    const recovering = { ...order, status: 'RECOVERING' as const, recovery: { failures } };
    const timeline = timelineOf(recovering, T0 + 3000);
    expect(told(timeline).slice(-1)).toEqual(['1550 recovery try 1 failed in cancel-payment']);
    expect(drawn(timeline)).toMatchObject({ order: ['open 0-3000'], recovery: ['open 510-3000'] });
  });

  it('tells when people asked for recovery, and draws none while it waits for them', () => {
    const order = aRecoveredOrder();
    const requests = [{ request: 1, requestedAt: whole(5600) }];
    const held = timelineOf({ ...order, status: 'HELD', recovery: { failures: [], requests } }, T0 + 9000);
    expect(told(held).at(-1)).toBe('5550 recovery asked for by a person');
    expect(drawn(held)).toMatchObject({ order: ['open 0-9000'], recovery: [] });
  });

  it('has a step wait for the one that it comes after, not for the one before it in the list', () => {
    const ship = {
      ...CONFIRMED,
      name: 'ship',
      after: 'confirm-order',
      triggeredAt: whole(100),
      startedAt: iso(130),
      endedAt: iso(150),
    };
    const slow = { ...ship, name: 'invoice', startedAt: iso(5000), endedAt: iso(6000) };
    const { spans } = timelineOf(anOrder({ steps: [CONFIRMED, slow, ship] }), T0 + 9000).lanes.at(-1) ?? { spans: [] };
    expect(spans[0]).toMatchObject({ kind: 'waiting', fromAt: T0 + 100, toAt: T0 + 130 });
  });

  it('survives clocks that contradict each other: nothing ends before it began', () => {
    const late = { ...CONFIRMED, startedAt: iso(-5000), endedAt: iso(-4000) };
    const timeline = timelineOf(anOrder({ submittedAt: iso(0), steps: [late] }), T0 - 10_000);
    for (const { spans } of timeline.lanes)
      for (const { fromAt, toAt } of spans) expect(toAt).toBeGreaterThanOrEqual(fromAt);
    expect(timeline.toAt).toBeGreaterThanOrEqual(timeline.fromAt);
    for (const { at } of timeline.events) expect(at).toBeGreaterThanOrEqual(timeline.fromAt);
  });
});

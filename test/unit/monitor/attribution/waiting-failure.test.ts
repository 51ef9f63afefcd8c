import { describe, expect, it } from 'vitest';
import { InvocationBoundaries } from '../../../../monitor/attribution/invocation-boundaries.ts';
import { planLookUp, type LookedFor, type WaitingFailure } from '../../../../monitor/attribution/waiting-failure.ts';
import { PAYMENT_STREAM } from '../builders.ts';

const NOW = 10_000_000;
const NONE_SEEN = new InvocationBoundaries(900_000);

function aFailure(n: number): WaitingFailure {
  const requestId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return {
    event: {
      eventId: `event-${n}`,
      timestamp: 1_000_000 + n * 60_000,
      streamName: `${PAYMENT_STREAM}${n}`,
      message: '',
    },
    place: { timestamp: 1_000_000 + n * 60_000, page: 1, index: n },
    finding: {
      kind: 'failed',
      requestId,
      certainty: 'certain',
      failure: { kind: 'TIMEOUT', error: 'Sandbox.Timedout', message: 'Task timed out' },
    },
    lookUps: 0,
    lookUpAt: 0,
  };
}

function plan(looks: readonly LookedFor[], waitedMs: readonly number[] = []) {
  const due = looks.map((_, n) => ({ ...aFailure(n), lookUpAt: NOW - (waitedMs[n] ?? 0) }));
  const lookedForBy = (waiting: WaitingFailure) => looks[due.indexOf(waiting)] ?? 'request';
  const needs = { due, boundaries: NONE_SEEN, lookedForBy, now: NOW, longestRunMs: 70_000 };
  return planLookUp(needs)?.helped.map((waiting) => due.indexOf(waiting));
}

describe('the one query that is asked next', () => {
  it('is none while nobody waits', () => {
    expect(plan([])).toBeUndefined();
  });

  it('helps most of those who have waited equally long', () => {
    expect(plan(['stream', 'stream', 'stream', 'request', 'request'])).toEqual([3, 4]);
  });

  it('helps one who has waited for much longer than each of many, though for less than all of them together', () => {
    const requests = Array.from({ length: 20 }, () => 'request' as const);
    expect(plan(['stream', ...requests], [50_000, ...requests.map(() => 10_000)])).toEqual([0]);
    expect(plan(['stream', ...requests], [30_000, ...requests.map(() => 10_000)])).toHaveLength(20);
  });

  it('asks for a stream when nobody waits for the lines of a request', () => {
    expect(plan(['stream', 'stream'])).toEqual([0]);
  });

  it('asks for twenty streams of one moment at most, from the longest run before their first line on', () => {
    const due = Array.from({ length: 30 }, (_, n) => {
      const { event, ...failure } = aFailure(n);
      return { ...failure, event: { ...event, timestamp: 1_000_000 + n * 200 } };
    });
    const lookUp = planLookUp({
      due,
      boundaries: NONE_SEEN,
      lookedForBy: () => 'stream',
      now: NOW,
      longestRunMs: 70_000,
    });
    expect(lookUp?.helped).toEqual(due.slice(0, 20));
    expect(lookUp?.query).toMatchObject({
      from: 930_000,
      to: 1_000_000 + 19 * 200 + 2_000,
      streamNames: due.slice(0, 20).map(({ event }) => event.streamName),
    });
  });

  it('asks for what is around the oldest first, whichever came last', () => {
    expect(plan(['boundaries', 'boundaries'])).toEqual([0]);
    const due = [aFailure(1), aFailure(0)];
    const needs = { due, boundaries: NONE_SEEN, lookedForBy: () => 'boundaries' as const, now: NOW, longestRunMs: 0 };
    expect(planLookUp(needs)?.helped).toEqual([due[1]]);
  });

  it('asks for the lines of twenty requests at most', () => {
    expect(plan(Array.from({ length: 25 }, () => 'request' as const))).toHaveLength(20);
  });
});

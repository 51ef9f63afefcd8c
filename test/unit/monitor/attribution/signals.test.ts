import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import {
  aLogEvent,
  CONFIRM_STREAM,
  endLine,
  EXECUTION,
  OTHER_EXECUTION,
  OTHER_REQUEST,
  PAYMENT_STREAM,
  reportLine,
  REQUEST,
  startLine,
} from '../builders.ts';
import { lookUpToTheEnd, theSignals } from './the-signals.ts';

const forever = new AbortController().signal;

describe('tying what the log says to an execution', () => {
  it('reports a killed invocation for the execution that its first line named', () => {
    const { signals, reported } = theSignals();
    signals.take([aLogEvent(startLine({ attempt: 2 })), aLogEvent(reportLine('\tStatus: timeout'))]);
    expect(reported).toMatchObject([
      {
        executionId: EXECUTION,
        failure: { step: 'payment', failure: { kind: 'TIMEOUT', attempt: 2, signal: 'log', requestId: REQUEST } },
      },
    ]);
  });

  it('reads the first line first when a page has both the wrong way round', () => {
    const { signals, reported } = theSignals();
    const timestamp = 1_767_225_600_000;
    signals.take([reportLine('\tStatus: timeout'), startLine()].map((line) => aLogEvent(line, { timestamp })));
    expect(reported).toHaveLength(1);
  });

  it('asks for a look at a rejection without calling it a failure', () => {
    const { signals, reported } = theSignals();
    signals.take([aLogEvent(startLine()), aLogEvent(endLine({ outcome: 'REJECTED' }))]);
    expect(reported).toEqual([{ executionId: EXECUTION }]);
  });

  it('reports what was refused after its attempt was given up, and calls it no failure', () => {
    const { signals, reported, barred } = theSignals();
    const line = endLine({ outcome: 'BARRED', barred: { by: 'slot', write: 'payment-capture' }, attempt: 2 });
    const first = aLogEvent(startLine({ attempt: 2 }));
    const event = aLogEvent(line);
    signals.take([first, event]);
    expect(reported).toEqual([]);
    expect(barred).toEqual([
      {
        executionId: EXECUTION,
        step: 'payment',
        attempt: 2,
        by: 'slot',
        write: 'payment-capture',
        requestId: REQUEST,
        barredAt: event.timestamp,
        eventId: event.eventId,
      },
    ]);
  });

  it('takes nobody’s word for what was refused to another execution, and counts no failure by it', async () => {
    const { signals, barred, metrics, clock } = theSignals();
    const line = { outcome: 'BARRED', barred: { by: 'record', write: 'step-record' } };
    signals.take([aLogEvent(startLine()), aLogEvent(endLine({ ...line, executionId: OTHER_EXECUTION }))]);
    signals.take([aLogEvent(endLine({ ...line, requestId: OTHER_REQUEST }))]);
    for (let n = 0; n < 4; n += 1) {
      await signals.lookUp(forever);
      await clock.advance(60_000);
    }
    expect(barred).toEqual([]);
    expect(metrics.total(MONITOR_METRICS.failuresNotAttributed)).toBe(0);
  });

  it('stays quiet about a success', () => {
    const { signals, reported } = theSignals();
    signals.take([aLogEvent(startLine()), aLogEvent(endLine()), aLogEvent(reportLine())]);
    expect(reported).toEqual([]);
  });

  it('counts an execution as succeeded when its last step says so, and no step before it', () => {
    const { signals, metrics } = theSignals();
    signals.take([aLogEvent(endLine({ step: 'confirm-order' }), { streamName: CONFIRM_STREAM })]);
    signals.take([aLogEvent(endLine({ outcome: 'SUPERSEDED' }))]);
    expect(metrics.total(MONITOR_METRICS.executionsSucceeded)).toBe(0);
    signals.take([aLogEvent(endLine())]);
    expect(metrics.total(MONITOR_METRICS.executionsSucceeded)).toBe(1);
  });

  it('says when the line was written that reports a failure', () => {
    const { signals, reported } = theSignals();
    const [first, report] = [startLine(), reportLine('\tStatus: timeout')].map((line) => aLogEvent(line));
    signals.take([first, report].flatMap((event) => event ?? []));
    expect(reported[0]?.failure?.evidenceAt).toBe(report?.timestamp);
  });

  it('keeps the word of the code that threw: trying again may help', () => {
    const { signals, reported } = theSignals();
    signals.take([
      aLogEvent(startLine()),
      aLogEvent(endLine({ outcome: 'FAILED', error: { name: 'Odd', message: 'm', retryable: true } })),
    ]);
    expect(reported[0]?.failure?.failure.kind).toBe('STORAGE_UNAVAILABLE');
  });

  it('reports every failure of a page, however many there are', () => {
    const { signals, reported } = theSignals();
    const ids = Array.from({ length: 1_500 }, (_, n) => REQUEST.slice(0, -4) + String(n).padStart(4, '0'));
    const lines = ids.flatMap((requestId) => [startLine({ requestId }), reportLine('\tStatus: timeout', requestId)]);
    signals.take(lines.map((line) => aLogEvent(line)));
    expect(reported).toHaveLength(1_500);
  });

  it('looks the first line up when it has not seen it', async () => {
    const { signals, group, reported } = theSignals();
    const end = aLogEvent(reportLine('\tStatus: timeout'));
    group.held.push(aLogEvent(startLine(), { timestamp: end.timestamp - 3000 }));
    signals.take([end]);
    await signals.lookUp(forever);
    expect(reported).toMatchObject([{ executionId: EXECUTION }]);
    expect(group.windows()[0]?.filterPattern).toBe(`?"${REQUEST}"`);
  });

  it('looks a page a call, so that a long answer keeps nobody from the log, and forgets what others said meanwhile', async () => {
    const { signals, group, reported } = theSignals();
    const end = aLogEvent(reportLine('\tStatus: timeout'));
    const first = aLogEvent(startLine(), { timestamp: end.timestamp - 3000 });
    group.mock.on(FilterLogEventsCommand).resolvesOnce({ events: [], nextToken: 'second' }).resolves({ events: [] });
    signals.take([end]);
    await signals.lookUp(forever);
    expect(group.windows()).toHaveLength(1);
    signals.take([first]);
    expect(reported).toMatchObject([{ executionId: EXECUTION }]);
    await signals.lookUp(forever);
    await signals.lookUp(forever);
    expect(group.windows().map(({ nextToken }) => nextToken)).toEqual([undefined, 'second']);
    expect(reported).toHaveLength(1);
  });

  it('gives an answer up after ten pages, and asks again at the next time', async () => {
    const { signals, group, clock } = theSignals();
    group.mock.on(FilterLogEventsCommand).resolves({ events: [], nextToken: 'more' });
    signals.take([aLogEvent(reportLine('\tStatus: timeout'))]);
    for (let calls = 0; calls < 12; calls += 1) await signals.lookUp(forever);
    expect(group.windows()).toHaveLength(10);
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(
      group
        .windows()
        .map(({ nextToken }) => nextToken)
        .slice(10),
    ).toEqual([undefined]);
  });

  it('looks again for a first line that comes late, five times in all, and then counts the failure as nobody’s', async () => {
    const made = theSignals();
    const { signals, clock, group, metrics, reported } = made;
    signals.take([aLogEvent(reportLine('\tStatus: error\tError Type: Runtime.ImportModuleError'))]);
    await lookUpToTheEnd(made);
    await clock.advance(600_000);
    await signals.lookUp(forever);
    expect(group.windows()).toHaveLength(5);
    expect(metrics.total(MONITOR_METRICS.failuresNotAttributed)).toBe(1);
    expect(reported).toEqual([]);
  });

  it('attributes by the request id of its own invocation when the function never printed a line', async () => {
    const made = theSignals();
    made.attribution.learnFromInvocation(REQUEST, { executionId: EXECUTION, step: 'payment', attempt: 2 });
    const lines = [
      `START RequestId: ${REQUEST}\n`,
      reportLine('\tStatus: error\tError Type: Runtime.ImportModuleError'),
    ];
    made.signals.take(lines.map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toMatchObject([
      { executionId: EXECUTION, failure: { failure: { kind: 'INIT_ERROR', attempt: 2 } } },
    ]);
  });

  it.each([
    ['another stream of the same function', PAYMENT_STREAM.replace('0123', 'ffff')],
    ['a stream of another function', CONFIRM_STREAM],
  ])('does not let %s speak for an invocation', (_what, streamName) => {
    const { signals, reported } = theSignals();
    signals.take([aLogEvent(startLine()), aLogEvent(reportLine('\tStatus: timeout'), { streamName })]);
    expect(reported).toEqual([]);
  });

  it('does not let a second first line move an invocation to another execution', () => {
    const { signals, reported } = theSignals();
    signals.take([
      aLogEvent(startLine()),
      aLogEvent(startLine({ executionId: OTHER_EXECUTION })),
      aLogEvent(reportLine('\tStatus: timeout')),
    ]);
    expect(reported.map(({ executionId }) => executionId)).toEqual([EXECUTION]);
  });

  it('does not believe an end line that names another execution than its invocation’s', () => {
    const { signals, metrics, reported } = theSignals();
    signals.take([aLogEvent(startLine()), aLogEvent(endLine({ executionId: OTHER_EXECUTION, outcome: 'FAILED' }))]);
    expect(reported).toEqual([]);
    expect(metrics.total(MONITOR_METRICS.failuresNotAttributed)).toBe(1);
  });

  it('does not let one step’s function start lines of another step', () => {
    const { signals, reported } = theSignals();
    signals.take([
      aLogEvent(startLine({ requestId: OTHER_REQUEST }), { streamName: CONFIRM_STREAM }),
      aLogEvent(reportLine('\tStatus: timeout', OTHER_REQUEST), { streamName: CONFIRM_STREAM }),
    ]);
    expect(reported).toEqual([]);
  });
});

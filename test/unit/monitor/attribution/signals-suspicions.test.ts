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
  printed,
  reportLine,
  REQUEST,
  startLine,
} from '../builders.ts';
import { exit, nodeJson } from '../classifier/log-lines/raw-line.ts';
import { theSignals } from './the-signals.ts';

const forever = new AbortController().signal;
const start = (requestId = REQUEST) => `START RequestId: ${requestId} Version: $LATEST\n`;
const end = (requestId = REQUEST) => `END RequestId: ${requestId}\n`;
const THROWN = '[ERROR] NameError: no\nTraceback (most recent call last):\n\u00a0\u00a0File "/var/task/app.py", line 1';
const CONSOLE_ERROR = nodeJson({ message: { errorType: 'TypeError', errorMessage: 'm', stackTrace: [] } });
const rejection = (requestId: string) =>
  printed(
    'Unhandled Promise Rejection \t{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"m"}',
    requestId,
    'ERROR',
  );
const anotherExecution = { executionId: OTHER_EXECUTION, requestId: OTHER_REQUEST };

describe('a line that bears no request id', () => {
  it('is of the invocation that was open in its stream, and waits for its END', () => {
    const { signals, reported } = theSignals();
    signals.take([start(), startLine(), THROWN].map((line) => aLogEvent(line)));
    expect(reported).toEqual([]);
    signals.take([aLogEvent(end())]);
    expect(reported).toMatchObject([
      { executionId: EXECUTION, failure: { failure: { kind: 'TYPE_ERROR', error: 'NameError', requestId: REQUEST } } },
    ]);
  });

  it('is nobody’s between two invocations, whatever the one before it was', async () => {
    const { signals, clock, reported } = theSignals();
    signals.take([start(), startLine(), end(), THROWN, start(OTHER_REQUEST)].map((line) => aLogEvent(line)));
    signals.take([startLine(anotherExecution), end(OTHER_REQUEST)].map((line) => aLogEvent(line)));
    for (const pauseMs of [5_000, 60_000, 1_000_000]) {
      await clock.advance(pauseMs);
      await signals.lookUp(forever);
    }
    expect(reported).toEqual([]);
    expect(Object.fromEntries(signals.unattributed)).toEqual({ 'not-enclosed': 1 });
  });

  it('is of nobody in another stream', () => {
    const { signals, reported } = theSignals();
    signals.take([start(), startLine()].map((line) => aLogEvent(line)));
    signals.take([aLogEvent(THROWN, { streamName: CONFIRM_STREAM }), aLogEvent(end())]);
    expect(reported).toEqual([]);
  });

  it('is looked for with the lines around it when it comes alone, minutes late', async () => {
    const { signals, clock, group, reported } = theSignals();
    const [began, first, thrown, ended] = [start(), startLine(), THROWN, end()].map((line) => aLogEvent(line));
    group.held.push(...[began, first, ended].flatMap((event) => event ?? []));
    signals.take(thrown ? [thrown] : []);
    for (const pauseMs of [5_000, 55_000]) {
      await clock.advance(pauseMs);
      await signals.lookUp(forever);
    }
    expect(reported).toMatchObject([{ executionId: EXECUTION }]);
    expect(group.windows().map(({ logStreamNames }) => logStreamNames)).toEqual([
      [thrown?.streamName],
      [thrown?.streamName],
    ]);
  });

  it('waits on when the log cannot be read, and does not keep the others from being looked for', async () => {
    const { signals, clock, group, reported } = theSignals();
    const [first, failure] = [startLine(), reportLine('\tStatus: timeout')].map((line) => aLogEvent(line));
    group.held.push(...(first ? [first] : []));
    const events = group.held.map(({ streamName, ...event }) => ({ ...event, logStreamName: streamName }));
    group.mock
      .on(FilterLogEventsCommand)
      .rejectsOnce(new Error('down'))
      .callsFake(() => ({ events }));
    signals.take(failure ? [failure] : []);
    await expect(signals.lookUp(forever)).rejects.toThrow('down');
    await signals.lookUp(forever);
    expect(reported).toEqual([]);
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(reported).toHaveLength(1);
  });
});

describe('what a function that goes on may print as well', () => {
  it('is no failure while the invocation runs', () => {
    const { signals, reported } = theSignals();
    signals.take([start(), startLine(), CONSOLE_ERROR].map((line) => aLogEvent(line)));
    expect(reported).toEqual([]);
  });

  it.each(['SUCCEEDED', 'REJECTED', 'SUPERSEDED', 'BARRED', 'SKIPPED'])(
    'is none when the end line says %s',
    (outcome) => {
      const { signals, reported, metrics } = theSignals();
      const lines = [start(), startLine(), CONSOLE_ERROR, endLine({ outcome }), end()];
      signals.take(lines.map((line) => aLogEvent(line)));
      expect(reported.filter(({ failure }) => failure)).toEqual([]);
      expect(metrics.total(MONITOR_METRICS.failuresNotAttributed)).toBe(0);
    },
  );

  it('is none when the end line has to be asked for', async () => {
    const { signals, clock, group, reported } = theSignals();
    signals.take([start(), startLine(), CONSOLE_ERROR, end()].map((line) => aLogEvent(line)));
    group.held.push(aLogEvent(endLine()));
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(reported).toEqual([]);
  });

  it('is one when the invocation ended and there is no end line', async () => {
    const { signals, clock, reported } = theSignals();
    signals.take([start(), startLine(), CONSOLE_ERROR, end()].map((line) => aLogEvent(line)));
    expect(reported).toEqual([]);
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(reported).toMatchObject([{ executionId: EXECUTION, failure: { failure: { kind: 'TYPE_ERROR' } } }]);
  });

  it('gives way to what the platform says of the same invocation', () => {
    const { signals, reported } = theSignals();
    const lines = [start(), startLine(), CONSOLE_ERROR, end(), reportLine('\tStatus: timeout')];
    signals.take(lines.map((line) => aLogEvent(line)));
    expect(reported).toMatchObject([{ failure: { failure: { kind: 'TIMEOUT' } } }]);
  });

  it('gives way to what the platform says also when that has to be asked for', async () => {
    const { signals, clock, group, reported } = theSignals();
    signals.take([start(), startLine(), CONSOLE_ERROR, end()].map((line) => aLogEvent(line)));
    group.held.push(aLogEvent(reportLine('\tStatus: timeout')));
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(reported).toMatchObject([{ failure: { failure: { kind: 'TIMEOUT' } } }]);
  });

  it('is counted by reason and is no failure that could not be attributed', async () => {
    const { signals, clock, metrics } = theSignals();
    signals.take([aLogEvent(CONSOLE_ERROR)]);
    for (const pauseMs of [5_000, 55_000, 900_000]) {
      await clock.advance(pauseMs);
      await signals.lookUp(forever);
    }
    expect(Object.fromEntries(signals.unattributed)).toEqual({ 'not-enclosed': 1 });
    expect(metrics.total(MONITOR_METRICS.failuresNotAttributed)).toBe(0);
  });

  it('crowds out no failure when too much of it waits', async () => {
    const { signals, group, reported } = theSignals();
    const [first, failure] = [startLine(), reportLine('\tStatus: timeout')].map((line) => aLogEvent(line));
    group.held.push(...(first ? [first] : []));
    signals.take(failure ? [failure] : []);
    for (let n = 0; n < 1_500; n += 1) signals.take([aLogEvent('FATAL ERROR: x heap out of memory')]);
    expect(signals.unattributed.get('too-many')).toBe(501);
    await signals.lookUp(forever);
    expect(reported).toHaveLength(1);
  });
});

describe('a promise that an earlier invocation left behind', () => {
  it('is the end of the invocation that it kills, and not of the one whose id its line bears', () => {
    const { signals, reported } = theSignals();
    const lines = [
      start(),
      startLine(),
      endLine(),
      end(),
      reportLine(),
      start(OTHER_REQUEST),
      startLine(anotherExecution),
      rejection(REQUEST),
      exit('Runtime exited with error: exit status 128').replace(REQUEST, OTHER_REQUEST),
      end(OTHER_REQUEST),
      reportLine('\tStatus: error\tError Type: Runtime.ExitError', OTHER_REQUEST),
    ];
    signals.take(lines.map((line) => aLogEvent(line)));
    expect(reported).toMatchObject([
      { executionId: OTHER_EXECUTION, failure: { failure: { kind: 'PROCESS_EXIT', requestId: OTHER_REQUEST } } },
    ]);
  });

  it('says so too when the platform’s own lines are lost but for the END', async () => {
    const { signals, clock, reported } = theSignals();
    const lines = [
      ...[start(), startLine(), endLine(), end()],
      ...[start(OTHER_REQUEST), startLine(anotherExecution), rejection(REQUEST), end(OTHER_REQUEST)],
    ];
    signals.take(lines.map((line) => aLogEvent(line)));
    await clock.advance(5_000);
    await signals.lookUp(forever);
    expect(reported.map(({ executionId }) => executionId)).toEqual([OTHER_EXECUTION]);
  });
});

describe('one invocation', () => {
  it('is reported once, however many lines say that it failed', () => {
    const { signals, reported } = theSignals();
    const lines = [
      ...[start(), startLine(), printed('Invoke Error \t{"errorType":"TypeError"}', REQUEST, 'ERROR')],
      ...[endLine({ outcome: 'FAILED' }), end(), reportLine('\tStatus: error\tError Type: Runtime.ExitError')],
    ];
    for (const line of lines) signals.take([aLogEvent(line)]);
    expect(reported).toHaveLength(1);
  });

  it('that Lambda ran again elsewhere under the same id may be told of by that stream', () => {
    const { signals, reported } = theSignals();
    const streamName = aLogEvent('').streamName.replace('0123', 'ffff');
    signals.take([start(), startLine(), endLine({ outcome: 'SUPERSEDED' }), end()].map((line) => aLogEvent(line)));
    const lines = [start(), startLine({ logStream: streamName }), reportLine('\tStatus: timeout')];
    const [began, first, report] = lines.map((line) => aLogEvent(line, { streamName }));
    signals.take(report ? [report] : []);
    expect(reported).toEqual([]);
    signals.take([began, first].flatMap((event) => event ?? []));
    expect(reported).toMatchObject([{ executionId: EXECUTION, failure: { failure: { kind: 'TIMEOUT' } } }]);
  });
});

import { describe, expect, it } from 'vitest';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { aLogEvent, EXECUTION, OTHER_EXECUTION, reportLine, REQUEST, startLine } from '../builders.ts';
import { nodeJson, record } from '../classifier/log-lines/raw-line.ts';
import { lookUpToTheEnd, theSignals } from './the-signals.ts';

const START = `START RequestId: ${REQUEST} Version: $LATEST\n`;
const END = `END RequestId: ${REQUEST}\n`;
const FAILED = reportLine('\tStatus: error\tError Type: Runtime.ExitError');
const VICTIM = OTHER_EXECUTION;
const PRINTS_KEYS = { stepsThatPrintKeys: ['payment'] };

describe('a key that a function prints', () => {
  it('says nothing of any execution unless the step is declared to print keys', async () => {
    const made = theSignals();
    const lines = [START, `customer says: ${orderKey(VICTIM)}\n`, END, FAILED];
    made.signals.take(lines.map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'unknown-request': 1 });
  });

  it('condemns nobody when the invocation prints a second one, as hostile text would', async () => {
    const made = theSignals(PRINTS_KEYS);
    const lines = [
      START,
      `got ${stepRecordKey(EXECUTION, 'confirm-order')}\n`,
      `customer says: ${orderKey(VICTIM)}`,
      END,
      FAILED,
    ];
    made.signals.take(lines.map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'no-single-key': 1 });
  });

  it('condemns nobody when two stand in one line', async () => {
    const made = theSignals(PRINTS_KEYS);
    const lines = [START, `${orderKey(VICTIM)} ${orderKey(EXECUTION)}`, END, FAILED];
    made.signals.take(lines.map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it('condemns nobody when so much was printed that the invocation’s own key is forgotten', async () => {
    const made = theSignals(PRINTS_KEYS);
    const flood = Array.from({ length: 200 }, () => orderKey(VICTIM));
    const lines = [START, orderKey(EXECUTION), ...flood, END, FAILED];
    made.signals.take(lines.map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it('condemns nobody when the START had to be looked up: not all of the invocation was seen', async () => {
    const made = theSignals(PRINTS_KEYS);
    made.group.held.push(aLogEvent(START));
    made.signals.take([orderKey(VICTIM), END, FAILED].map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it('does not count outside the invocation', async () => {
    const made = theSignals(PRINTS_KEYS);
    made.signals.take([orderKey(VICTIM), START, END, FAILED, orderKey(VICTIM)].map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it.each([
    ['text', START, END, FAILED],
    [
      'JSON',
      record('platform.start', { version: '$LATEST' }),
      '',
      record('platform.report', { status: 'error', errorType: 'Runtime.ExitError', metrics: {} }),
    ],
  ])(
    'ties the first attempt of a declared step to its execution, once it has ended: %s',
    (_format, start, end, failed) => {
      const { signals, reported } = theSignals(PRINTS_KEYS);
      signals.take(
        [start, `got ${orderKey(EXECUTION)}\n`, `again ${orderKey(EXECUTION)}\n`].map((line) => aLogEvent(line)),
      );
      expect(reported).toEqual([]);
      signals.take([end, failed].map((line) => aLogEvent(line)));
      expect(reported).toMatchObject([
        { executionId: EXECUTION, failure: { step: 'payment', failure: { attempt: 1, kind: 'PROCESS_EXIT' } } },
      ]);
    },
  );

  it('gives way to Lambda’s answer', async () => {
    const made = theSignals(PRINTS_KEYS);
    made.attribution.learnFromInvocation(REQUEST, { executionId: EXECUTION, step: 'payment', attempt: 2 });
    made.signals.take([START, orderKey(VICTIM), END, FAILED].map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toMatchObject([{ executionId: EXECUTION, failure: { failure: { attempt: 2 } } }]);
  });
});

describe('a function that is not wrapped', () => {
  it('cannot name an execution by a step line, and its requests are not looked for in the log', async () => {
    const made = theSignals({ unwrappedSteps: ['payment'] });
    made.signals.take([START, startLine({ executionId: VICTIM }), END, FAILED].map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(made.group.windows()).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'unknown-request': 1 });
  });

  it('failed as the platform says, whatever it printed before', async () => {
    const made = theSignals({ unwrappedSteps: ['payment'] });
    made.attribution.learnFromInvocation(REQUEST, { executionId: EXECUTION, step: 'payment', attempt: 2 });
    const complaint = nodeJson({ message: { errorType: 'TypeError', errorMessage: 'm', stackTrace: [] } });
    made.signals.take([START, complaint, END, reportLine('\tStatus: timeout')].map((line) => aLogEvent(line)));
    await lookUpToTheEnd(made);
    expect(made.reported).toMatchObject([{ failure: { failure: { kind: 'TIMEOUT' } } }]);
  });
});

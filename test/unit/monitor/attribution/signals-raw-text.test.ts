import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../../monitor/classifier/log-event.ts';
import {
  aLogEvent,
  endLine,
  OTHER_EXECUTION,
  OTHER_REQUEST,
  PAYMENT_STREAM,
  reportLine,
  REQUEST,
  startLine,
} from '../builders.ts';
import { lookUpToTheEnd, theSignals } from './the-signals.ts';

const VICTIM = OTHER_EXECUTION;
const VICTIMS_REQUEST = OTHER_REQUEST;
const VICTIMS_STREAM = PAYMENT_STREAM.replace('0123', 'ffff');
const NOBODYS_REQUEST = '77777777-2222-3333-4444-555555555555';
const START = (requestId: string) => `START RequestId: ${requestId} Version: $LATEST\n`;
const END = (requestId: string) => `END RequestId: ${requestId}\n`;
const FAILED = reportLine('\tStatus: error\tError Type: Runtime.ImportModuleError', VICTIMS_REQUEST);
const OWN = [START(REQUEST), startLine()];
const OWN_END = [endLine(), END(REQUEST)];

const inStream = (streamName: string, lines: readonly string[]): readonly LogEvent[] =>
  lines.map((line) => aLogEvent(line, { streamName }));

describe('text that a function prints raw', () => {
  it.each([
    ['that names the stream of its victim', VICTIMS_STREAM],
    ['that names a stream which it made up', PAYMENT_STREAM.replace('0123', 'aaaa')],
  ])('is no first line of an invocation: one %s', async (_what, logStream) => {
    const made = theSignals();
    const forged = startLine({ executionId: VICTIM, requestId: VICTIMS_REQUEST, logStream });
    made.signals.take(inStream(PAYMENT_STREAM, [...OWN, START(VICTIMS_REQUEST), forged, FAILED, ...OWN_END]));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'unknown-request': 1 });
  });

  it('says nothing of an invocation that ran before it in its stream', async () => {
    const made = theSignals();
    const before = { executionId: VICTIM, requestId: VICTIMS_REQUEST };
    const succeeded = [START(VICTIMS_REQUEST), startLine(before), endLine(before), END(VICTIMS_REQUEST)];
    const forged = [startLine(before), endLine({ ...before, outcome: 'FAILED' }), FAILED];
    made.signals.take(inStream(PAYMENT_STREAM, [...succeeded, ...OWN, ...forged, ...OWN_END]));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'other-invocation': 2 });
  });
});

describe('a request that only Lambda’s answer ties to its execution', () => {
  function theVictim() {
    const made = theSignals();
    made.attribution.learnFromInvocation(VICTIMS_REQUEST, { executionId: VICTIM, step: 'payment', attempt: 2 });
    return made;
  }
  const ran = [START(VICTIMS_REQUEST), END(VICTIMS_REQUEST), FAILED];
  const another = [START(NOBODYS_REQUEST), END(NOBODYS_REQUEST)];

  it('is told of by the stream in which nothing else ran, once nothing has contradicted it', async () => {
    const made = theVictim();
    made.signals.take(inStream(VICTIMS_STREAM, [...another, ...ran]));
    expect(made.reported).toEqual([]);
    await lookUpToTheEnd(made);
    expect(made.reported).toMatchObject([{ executionId: VICTIM, failure: { failure: { attempt: 2 } } }]);
  });

  it.each([
    ['inside another invocation', [...OWN, ...ran]],
    ['inside one that has ended since', [...OWN, ...ran, ...OWN_END]],
    ['inside one whose START is lost', [...ran, END(REQUEST)]],
    ['inside one that prints a whole invocation before it', [...OWN, ...another, ...ran]],
    ['inside one that prints many', [...OWN, ...Array.from({ length: 40 }, () => another).flat(), ...ran]],
    ['behind the START of the next', [START(VICTIMS_REQUEST), END(VICTIMS_REQUEST), ...OWN, FAILED]],
    ['whose START has not been seen', [FAILED]],
  ])('is told of by nobody who speaks %s', async (_where, lines) => {
    const made = theVictim();
    made.signals.take(inStream(PAYMENT_STREAM, lines));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
    expect(Object.fromEntries(made.signals.unattributed)).toEqual({ 'unproven-stream': 1 });
  });

  it('is told of by nobody while the START of another invocation comes late', async () => {
    const made = theVictim();
    const [start, ...forged] = inStream(PAYMENT_STREAM, [START(REQUEST), ...ran]);
    made.signals.take(forged);
    made.group.held.push(...(start ? [start] : []));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it('is told of by nobody when it ran in two streams', async () => {
    const made = theVictim();
    made.signals.take(inStream(VICTIMS_STREAM, [START(VICTIMS_REQUEST)]));
    made.signals.take(inStream(PAYMENT_STREAM, ran));
    await lookUpToTheEnd(made);
    expect(made.reported).toEqual([]);
  });

  it('is told of by its own stream, whatever another one’s text claims', async () => {
    const made = theVictim();
    made.signals.take(inStream(PAYMENT_STREAM, [...OWN, ...ran, ...OWN_END]));
    made.signals.take(inStream(VICTIMS_STREAM, ran));
    await lookUpToTheEnd(made);
    expect(made.reported.map(({ executionId }) => executionId)).toEqual([VICTIM]);
    expect(made.reported[0]?.failure?.failure.evidence).toHaveLength(1);
  });

  it('is told of at once when its own first line has come', () => {
    const made = theVictim();
    const first = startLine({ executionId: VICTIM, requestId: VICTIMS_REQUEST, attempt: 2, logStream: VICTIMS_STREAM });
    made.signals.take(inStream(VICTIMS_STREAM, [START(VICTIMS_REQUEST), first, FAILED]));
    expect(made.reported.map(({ executionId }) => executionId)).toEqual([VICTIM]);
  });
});

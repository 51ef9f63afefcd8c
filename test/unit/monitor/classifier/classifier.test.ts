import { describe, expect, it } from 'vitest';
import { classify, observe } from '../../../../monitor/classifier/classifier.ts';
import { FAILURE_KINDS, type FailureKind } from '../../../../workflow/failure.ts';
import {
  aLogEvent,
  CONFIRM_STREAM,
  endLine,
  OTHER_REQUEST,
  printed,
  reportLine,
  REQUEST,
  startLine,
} from '../builders.ts';
import { BOUNDARIES } from './log-lines/boundaries.ts';
import { KILLED } from './log-lines/killed.ts';
import { NEVER_UP, PLATFORM } from './log-lines/never-up.ts';
import { SILENT } from './log-lines/silent.ts';
import { SUSPECTED } from './log-lines/suspected.ts';
import { THROWN } from './log-lines/thrown.ts';

const FAILED = [...THROWN, ...KILLED, ...NEVER_UP, ...PLATFORM];

/** Kinds that no log line shows, and why. */
const UNSEEN: Partial<Record<FailureKind, string>> = {
  REJECTED: 'the function writes it into its step record; its end line bears an outcome of its own',
  INVOCATION_ERROR: 'Lambda refuses the event: nothing ran',
  NO_EVIDENCE: 'it means that there is no line',
};

describe('a raw line of a log', () => {
  it.each(FAILED)('is a failure of its request: $what', ({ line, kind, error, message = '' }) => {
    expect(observe({ message: line })).toEqual({
      kind: 'failed',
      requestId: REQUEST,
      certainty: 'certain',
      failure: { kind, error, message: expect.stringContaining(message) },
    });
  });

  it.each(SUSPECTED)('is a suspicion: $what', ({ line, kind, error, certainty, requestId, message = '' }) => {
    expect(observe({ message: line })).toEqual({
      kind: 'suspected',
      requestId,
      certainty,
      failure: { kind, error, message: expect.stringContaining(message) },
    });
  });

  it.each(BOUNDARIES)('is where an invocation begins or ends: $what', ({ line, kind }) => {
    expect(observe({ message: line })).toEqual({ kind, requestId: REQUEST });
  });

  it.each(SILENT)('says nothing: $what', ({ line }) => {
    expect(observe({ message: line })).toBeUndefined();
  });

  it.each([...SUSPECTED, ...BOUNDARIES, ...SILENT])('decides nothing by itself: $what', ({ line }) => {
    expect(classify(aLogEvent(line))).toBeUndefined();
  });

  it('exists for every kind of failure that a log can show', () => {
    const shown = new Set([...FAILED, ...SUSPECTED].map(({ kind }) => kind));
    expect(FAILURE_KINDS.filter((kind) => !shown.has(kind))).toEqual(Object.keys(UNSEEN));
  });

  it('is kept to what a fact may carry', () => {
    const details = JSON.stringify({ errorType: 'E'.repeat(500), errorMessage: 'm'.repeat(5000) });
    const observation = observe({ message: printed(`Invoke Error \t${details}`, REQUEST, 'ERROR') });
    expect(observation).toMatchObject({ failure: { error: `${'E'.repeat(127)}…`, message: `${'m'.repeat(1023)}…` } });
  });

  it('tells a timeout and the success of Lambda’s own retry apart under one request id', () => {
    const lines = [reportLine('\tStatus: timeout'), reportLine()];
    expect(lines.map((message) => observe({ message })?.kind)).toEqual(['failed', 'invocation-ended']);
  });
});

describe('a step line', () => {
  const escaped = (line: string, fields: object) => {
    const text = line.split('\t')[3]?.trimEnd();
    return JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', level: 'INFO', message: text, ...fields });
  };
  const python = (line: string) => `[INFO]\t2026-01-01T00:00:00.000Z\t${REQUEST}\t${line.split('\t')[3] ?? ''}`;

  it.each([
    ['Node.js text', startLine(), endLine({ outcome: 'FAILED' })],
    ['Python text', python(startLine()), python(endLine({ outcome: 'FAILED' }))],
    [
      'JSON',
      escaped(startLine(), { requestId: REQUEST }),
      escaped(endLine({ outcome: 'FAILED' }), { requestId: REQUEST }),
    ],
  ])('is read from %s', (_format, start, end) => {
    expect(observe({ message: start })).toMatchObject({
      kind: 'started',
      requestId: REQUEST,
      line: { step: 'payment' },
    });
    expect(observe({ message: end })).toMatchObject({ kind: 'ended', requestId: REQUEST, line: { outcome: 'FAILED' } });
  });

  it('is read the same by its usual form and by any other of the same meaning, JSON', () => {
    const line = (fields: object) => escaped(startLine(fields), { requestId: REQUEST });
    for (const fields of [{}, { attempt: 10 }, { step: 'a_b-c9' }, { logStream: CONFIRM_STREAM }]) {
      const usual = JSON.parse(line(fields)) as { readonly message: string };
      const { message, ...envelope } = usual;
      const inUsualOrder = JSON.stringify({
        timestamp: '2026-01-01T00:00:00.000Z',
        level: 'INFO',
        requestId: REQUEST,
        message,
      });
      const inAnother = JSON.stringify({ ...envelope, timestamp: undefined, extra: 1, message });
      expect(observe({ message: inUsualOrder })).toEqual(observe({ message: inAnother }));
      expect(observe({ message: inUsualOrder })).toMatchObject({ kind: 'started', line: fields });
    }
  });

  it.each([
    ['names another request than its envelope', { requestId: OTHER_REQUEST }],
    ['has attempt 0', { attempt: 0 }],
    ['has an attempt that is no number', { attempt: '1' }],
    ['names no stream', { logStream: undefined }],
  ])('is not believed in its usual form when it %s, JSON', (_why, fields) => {
    const message = startLine(fields).split('\t')[3]?.trimEnd();
    const line = { timestamp: '2026-01-01T00:00:00.000Z', level: 'INFO', requestId: REQUEST, message };
    expect(observe({ message: JSON.stringify(line) })).toBeUndefined();
  });

  it('is read from an object that was logged, JSON', () => {
    const message = JSON.parse(endLine().split('\t')[3] ?? '');
    expect(observe({ message: JSON.stringify({ level: 'INFO', requestId: REQUEST, message }) })?.kind).toBe('ended');
  });

  it.each([
    ['names another request than its prefix', endLine({}, OTHER_REQUEST)],
    ['names another request than its JSON envelope', escaped(endLine(), { requestId: OTHER_REQUEST })],
    ['stands in an envelope without a request', escaped(endLine(), {})],
    ['lacks fields of one', printed('{"event":"step.ended","outcome":"FAILED"}')],
    ['is cut off', printed('{"event":"step.ended","executionId":"0189')],
    ['is longer than one can be', printed(`${' '.repeat(20_000)}${endLine().split('\t')[3] ?? ''}`)],
  ])('is not believed when it %s', (_why, message) => {
    expect(observe({ message })).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observe } from '../../../../monitor/classifier/classifier.ts';
import { endLine, OTHER_REQUEST, printed, startLine } from '../builders.ts';
import { BOUNDARIES } from './log-lines/boundaries.ts';
import { KILLED } from './log-lines/killed.ts';
import { NEVER_UP, PLATFORM } from './log-lines/never-up.ts';
import { SILENT } from './log-lines/silent.ts';
import { SUSPECTED } from './log-lines/suspected.ts';
import { THROWN } from './log-lines/thrown.ts';

const FAILED = [...THROWN, ...KILLED, ...NEVER_UP, ...PLATFORM];
const LINES = [...FAILED, ...SUSPECTED, ...BOUNDARIES, ...SILENT].map(({ line }) => line);
/** Also without their prefixes: somebody's text stands behind a prefix of its own. */
const KNOWN = [...LINES, startLine(), endLine({ outcome: 'FAILED' })].flatMap((line) => [
  line,
  line.split('\t').slice(3).join('\t'),
]);

/** What somebody may have typed: anything, and whatever looks most like the platform's own words. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(...KNOWN),
  fc.tuple(fc.string({ maxLength: 20 }), fc.constantFrom(...KNOWN)).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...KNOWN), fc.constantFrom('\n', '\r', '\t', '"}', ''), fc.constantFrom(...KNOWN))
    .map((parts) => parts.join('')),
);
const inJson = (fields: object) =>
  JSON.stringify({ timestamp: '2026-01-01T00:00:00.000Z', requestId: OTHER_REQUEST, ...fields });

/** Beginnings that let an expression start, and pieces that would make a careless one go back and forth. */
const BEGINNINGS = [
  '',
  ...KNOWN,
  printed('Invoke Error \t{"errorType":"'.trimEnd()).trimEnd(),
  '[ERROR] A: ',
  'EXTENSION\tName: ',
  'REPORT RequestId: ',
  '{"a":',
  '{"platform.',
  'LAMBDA_WARNING: Unhandled exception.',
].flatMap((line) => [line, line.trimEnd(), line.slice(0, line.length / 2)]);
const PIECES = [
  'a',
  ' ',
  '\t',
  '\n',
  '\r',
  '"',
  '\\',
  '\\"',
  '[',
  '{"a":',
  'Status: ',
  ' Error Type: ',
  '\nTraceback ',
  'State: ',
];
const LONGEST_EVENT = 1024 * 1024;

describe('text of users', () => {
  it('is nothing when Node’s console printed it', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('INFO', 'WARN', 'DEBUG'), (typed, level) => {
        expect(observe({ message: printed(typed, OTHER_REQUEST, level) })).toBeUndefined();
      }),
    );
  });

  it('is nothing when Python’s logging printed it, at whatever level', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('INFO', 'ERROR'), (typed, level) => {
        const message = `[${level}]\t2026-01-01T00:00:00.000Z\t${OTHER_REQUEST}\t${typed}\n`;
        expect(observe({ message })).toBeUndefined();
      }),
    );
  });

  it('is nothing when it was logged in JSON format, at whatever level', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('INFO', 'ERROR'), fc.boolean(), (message, level, isFirst) => {
        const line = isFirst ? inJson({ message, level }) : inJson({ level, message });
        expect(observe({ message: line })).toBeUndefined();
      }),
    );
  });

  it('is nothing inside an object that was logged in JSON format below the level of errors', () => {
    const known = fc.constantFrom('type', 'record', 'errorType', 'stackTrace', 'event', 'requestId', 'status');
    const keys = fc.oneof(known, fc.string({ maxLength: 5 }));
    const values = fc.oneof(text, fc.constant('platform.report'), fc.constant('timeout'), fc.constant([]));
    fc.assert(
      fc.property(fc.dictionary(keys, values), (message) => {
        expect(observe({ message: inJson({ level: 'INFO', message }) })).toBeUndefined();
      }),
    );
  });

  it('speaks at most of its own request when console.error printed it', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const observation = observe({ message: printed(typed, OTHER_REQUEST, 'ERROR') });
        if (observation?.kind !== 'suspected') expect(observation?.requestId ?? OTHER_REQUEST).toBe(OTHER_REQUEST);
      }),
    );
  });
});

describe('any text at all', () => {
  it('is read without an exception', () => {
    const raw = fc.oneof(text, fc.json({ maxDepth: 3 }));
    fc.assert(
      fc.property(raw, (message) => {
        observe({ message });
      }),
    );
  });

  // An expression that goes back over a megabyte does not end within the time a test has.
  it('of the size of the longest event is read in bounded time', () => {
    for (const [index, beginning] of BEGINNINGS.entries()) {
      const piece = PIECES[index % PIECES.length] ?? '';
      observe({ message: beginning + piece.repeat((LONGEST_EVENT - beginning.length) / piece.length) });
    }
    fc.assert(
      fc.property(fc.constantFrom(...BEGINNINGS), fc.constantFrom(...PIECES), (beginning, piece) => {
        observe({ message: beginning + piece.repeat(LONGEST_EVENT / piece.length) });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what a finding carries to what a fact may carry', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAILED, ...SUSPECTED), fc.string({ minLength: 2000 }), ({ line, error }, long) => {
        const observation = observe({
          message: line.replaceAll(error, `${error}${JSON.stringify(long).slice(1, -1)}`),
        });
        if (observation?.kind !== 'failed' && observation?.kind !== 'suspected') return;
        expect(observation.failure.error.length).toBeLessThanOrEqual(128);
        expect(observation.failure.message.length).toBeLessThanOrEqual(1024);
      }),
    );
  });
});

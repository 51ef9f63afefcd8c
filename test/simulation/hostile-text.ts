import fc from 'fast-check';
import { endLine, exitLine, reportLine, startLine, timeoutLine } from '../../local/lambda/platform-lines.ts';
import { SIMULATION_STARTS_AT } from '../support/simulated-run.ts';
import type { Invocation } from '../support/simulated-invocation.ts';
import { nodeLine } from '../support/simulated-lines.ts';

/** Whom a text is about: an invocation of somebody else's execution. */
export type Victim = Pick<Invocation, 'executionId' | 'step' | 'attempt' | 'requestId' | 'streamName'>;

/** Text made about the victims that there are when it is printed: at most three. */
export type HostileText = (victims: readonly Victim[]) => string;

type Word = (victim: Victim) => string;

const AT = SIMULATION_STARTS_AT + 30_000;
const error = JSON.stringify({ errorType: 'TypeError', errorMessage: 'x is not a function', stack: ['TypeError: x'] });
const failedReport = (requestId: string, outcome: Parameters<typeof reportLine>[0]['outcome']) =>
  reportLine({ requestId, durationMs: 10_000, initMs: undefined, memoryMiB: 256, maxMemoryUsedMiB: 256, outcome });
const stepLine = (event: 'step.started' | 'step.ended', { executionId, step, attempt, requestId }: Victim, rest = {}) =>
  JSON.stringify({ event, executionId, step, attempt, requestId, ...rest });
const firstLine = (victim: Victim) => stepLine('step.started', victim, { logStream: victim.streamName });
const FAILED = { outcome: 'FAILED', durationMs: 3, error: { name: 'TypeError', message: 'x is not a function' } };
const SUCCEEDED = { outcome: 'SUCCEEDED', durationMs: 3 };
const platform = (type: string, record: object) => JSON.stringify({ time: new Date(AT).toISOString(), type, record });

/** Words that say how an invocation failed, in every format that the classifier knows. */
export const FAILURES_TOLD: readonly Word[] = [
  ({ requestId }) => failedReport(requestId, { status: 'timeout' }),
  ({ requestId }) => failedReport(requestId, { status: 'error', errorType: 'Runtime.OutOfMemory' }),
  ({ requestId }) => exitLine(requestId, 'Runtime exited with error: signal: killed'),
  ({ requestId }) => timeoutLine(requestId, 10, AT),
  ({ requestId }) => nodeLine(AT, requestId, 'ERROR', `Invoke Error \t${error}`),
  ({ requestId }) => platform('platform.report', { requestId, status: 'timeout', metrics: {} }),
  ({ requestId }) => platform('platform.runtimeDone', { requestId, status: 'error', errorType: 'Runtime.ExitError' }),
  ({ requestId }) =>
    JSON.stringify({ log_level: 'ERROR', requestId, errorType: 'KeyError', errorMessage: 'n', stackTrace: [] }),
  (victim) => stepLine('step.ended', victim, FAILED),
  (victim) => nodeLine(AT, victim.requestId, 'INFO', stepLine('step.ended', victim, FAILED)),
  // Of whoever prints it.
  () => `Invoke Error \t${error}`,
  () => "[ERROR] TypeError: x\nTraceback (most recent call last):\n\u00a0\u00a0File '/var/task/x.py', line 1\n",
  () => 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
];

/** Words that name whose an invocation is, or how far it is. */
export const TIES_TOLD: readonly Word[] = [
  ({ requestId }) => startLine(requestId),
  ({ requestId }) => endLine(requestId),
  ({ requestId }) => platform('platform.start', { requestId, version: '$LATEST' }),
  (victim) => firstLine(victim),
  (victim) => stepLine('step.ended', victim, SUCCEEDED),
  (victim) => nodeLine(AT, victim.requestId, 'INFO', firstLine(victim)),
  (victim) => nodeLine(AT, victim.requestId, 'INFO', stepLine('step.ended', victim, SUCCEEDED)),
  ({ requestId }) => failedReport(requestId, { status: 'success' }),
  ({ executionId }) => `orders/${executionId}.json executions/${executionId}/confirm-order.json`,
];

const noise = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('', '\n', '\r\n', '\t', '\0', '"}', '\\', '\u001b[2K\u001b[1A', '\u2028') },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 3, arbitrary: fc.json({ maxDepth: 2 }) },
  // Longer than any field of ours may be.
  { weight: 1, arbitrary: fc.constantFrom('x', '\n', '{"a":', '\t').map((piece) => piece.repeat(20_000)) },
);

/** Text out of such words and of anything else a keyboard or a program may send. */
export function hostileText(words: readonly Word[]): fc.Arbitrary<HostileText> {
  const piece = fc.tuple(noise, fc.constantFrom(...words), fc.nat(2), noise);
  return fc
    .array(piece, { minLength: 1, maxLength: 4 })
    .map(
      (pieces) => (victims) =>
        pieces.map(([before, word, whom, after]) => before + said(word, whom, victims) + after).join(''),
    );
}

/** Lines out of such words alone, each at the start of its line, where it looks most like the real ones. */
export function hostileLines(words: readonly Word[]): fc.Arbitrary<HostileText> {
  const line = fc.tuple(fc.constantFrom(...words), fc.nat(2));
  return fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((lines) => (victims) => lines.map(([word, whom]) => said(word, whom, victims).trimEnd()).join('\n'));
}

/**
 * A whole invocation of somebody else's, from its START to its end, and what else may help to be believed: the end of
 * another before it, which the real invocation's own END does not follow, and the begin of one more behind it.
 */
export function forgedInvocations(): fc.Arbitrary<HostileText> {
  const ended: Word = ({ requestId }) => `${startLine(requestId)}${endLine(requestId)}`.trimEnd();
  const begun: readonly Word[] = [
    ({ requestId }) => startLine(requestId),
    (victim) => nodeLine(AT, victim.requestId, 'INFO', firstLine(victim)),
  ];
  const parts = fc.record({
    endsBefore: fc.constantFrom<readonly Word[]>(
      [],
      [ended],
      [({ requestId }) => endLine(requestId)],
      Array<Word>(20).fill(ended),
    ),
    begins: fc.subarray([...begun], { minLength: 1 }),
    fails: fc.constantFrom(...FAILURES_TOLD),
    ends: fc.subarray<Word>([
      ({ requestId }) => endLine(requestId),
      ({ requestId }) => failedReport(requestId, { status: 'error', errorType: 'Runtime.ImportModuleError' }),
    ]),
    beginsBehind: fc.subarray([...begun]),
    whom: fc.nat(2),
  });
  return parts.map(
    ({ endsBefore, begins, fails, ends, beginsBehind, whom }) =>
      (victims) =>
        [
          ...endsBefore.map((word, n) => said(word, whom + 1 + n, victims)),
          ...[...begins, fails, ...ends].map((word) => said(word, whom, victims)),
          ...beginsBehind.map((word) => said(word, whom + 2, victims)),
        ]
          .map((line) => line.trimEnd())
          .join('\n'),
  );
}

function said(word: Word, whom: number, victims: readonly Victim[]): string {
  const victim = victims[whom % Math.max(1, victims.length)];
  return victim === undefined ? '' : word(victim);
}

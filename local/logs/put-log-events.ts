import type { LogLine } from '../ports.ts';
import { LogsError } from './logs-error.ts';
import type { Parameters } from './parameters.ts';

const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_PAST_MS = 14 * 24 * 3600 * 1000;
const MAX_FUTURE_MS = 2 * 3600 * 1000;

export interface AcceptedLines {
  readonly lines: readonly LogLine[];
  /** In the names and with the indexes of AWS's answer. */
  readonly rejected: Readonly<Record<string, number>> | undefined;
}

/** Checks a batch as AWS does: too old and too new lines are left out and counted, a batch out of order is refused. */
export function acceptLines(parameters: Parameters, now: number): AcceptedLines {
  const lines = linesIn(parameters['logEvents']);
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line.message) + 26, 0);
  if (lines.length === 0 || lines.length > MAX_BATCH_EVENTS || bytes > MAX_BATCH_BYTES) {
    throw new LogsError(
      'InvalidParameterException',
      `A batch holds 1 to ${String(MAX_BATCH_EVENTS)} events and at most ${String(MAX_BATCH_BYTES)} bytes, ` +
        `not ${String(lines.length)} events and ${String(bytes)} bytes.`,
    );
  }
  if (lines.some((line, index) => line.timestamp < (lines[index - 1]?.timestamp ?? 0))) {
    throw new LogsError(
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
  }
  const tooOldEnd = lines.filter((line) => line.timestamp < now - MAX_PAST_MS).length;
  const tooNewStart = lines.findIndex((line) => line.timestamp > now + MAX_FUTURE_MS);
  return {
    lines: lines.slice(tooOldEnd, tooNewStart === -1 ? undefined : tooNewStart),
    rejected:
      tooOldEnd === 0 && tooNewStart === -1
        ? undefined
        : {
            ...(tooOldEnd > 0 ? { tooOldLogEventEndIndex: tooOldEnd } : {}),
            ...(tooNewStart === -1 ? {} : { tooNewLogEventStartIndex: tooNewStart }),
          },
  };
}

function linesIn(value: unknown): readonly LogLine[] {
  if (!Array.isArray(value) || !value.every(isLine)) {
    throw new LogsError(
      'InvalidParameterException',
      'logEvents must be an array of { timestamp: number, message: string }.',
    );
  }
  return value;
}

function isLine(value: unknown): value is LogLine {
  if (typeof value !== 'object' || value === null) return false;
  const { timestamp, message } = value as Partial<LogLine>;
  return Number.isInteger(timestamp) && typeof message === 'string' && message !== '';
}

import type { LogLine } from '../ports.ts';
import type { Conditions } from '../conditions.ts';
import { drawFrom, seededRandom } from '../conditions.ts';

/** A line as it will be stored. It can be read from `ingestionTime` on. */
export interface DeliveredLine extends LogLine {
  readonly ingestionTime: number;
}

/** CloudWatch takes an event of up to 1 MiB; Lambda cuts what is longer than 256 KiB. */
const MAX_MESSAGE_CHARACTERS = 256 * 1024;

/**
 * What the way from a function to CloudWatch Logs does to its lines: some are lost, some come twice (each copy with an
 * event id of its own), all are late by a different time, so that they also arrive out of order.
 */
export function createDelivery(conditions: Conditions): (line: LogLine, now: number) => readonly DeliveredLine[] {
  const { seed } = conditions;
  const losing = seededRandom(seed, 'log loss');
  const repeating = seededRandom(seed, 'log duplicates');
  const delaying = seededRandom(seed, 'log delay');

  return (line, now) => {
    const { logLoss, logDuplicates, logDelayMs } = conditions;
    if (losing() < logLoss) return [];
    const copies = repeating() < logDuplicates ? 2 : 1;
    return Array.from({ length: copies }, () => Math.round(now + drawFrom(logDelayMs, delaying))).flatMap(
      (ingestionTime) => cut(line.message).map((message) => ({ timestamp: line.timestamp, message, ingestionTime })),
    );
  };
}

function cut(message: string): readonly string[] {
  if (message.length <= MAX_MESSAGE_CHARACTERS) return [message];
  const pieces = Math.ceil(message.length / MAX_MESSAGE_CHARACTERS);
  return Array.from({ length: pieces }, (_, piece) =>
    message.slice(piece * MAX_MESSAGE_CHARACTERS, (piece + 1) * MAX_MESSAGE_CHARACTERS),
  );
}

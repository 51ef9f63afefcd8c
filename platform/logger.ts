import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';

/**
 * One event a call: a constant message, and what varies as fields. `error` wants a human, `warn` was coped with, `info` is
 * a change of state. An exception goes into the field `error`. Payloads are not logged.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every event: identifiers are bound once. */
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Which process speaks, the field `name` of every event. */
  readonly name: string;
  readonly level: LogLevel;
  /** Takes one line, newline included. Standard output by default, written synchronously so that a crash loses nothing. */
  readonly destination?: LineWriter;
}

export interface LineWriter {
  write(line: string): unknown;
}

/** Longer text is cut: whoever logs a body by mistake writes its beginning, not a megabyte. Stacks of Node stay under it. */
const MAX_TEXT_CHARACTERS = 4096;
/** How far a chain of causes is followed. */
const MAX_CAUSES = 5;

/** One JSON line an event: `{"level":"info","time":"2026-…Z","name":…,…fields,"message":…}`. */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  return wrap(
    pino(
      {
        level,
        base: { name },
        messageKey: 'message',
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination === undefined
        ? pino.destination({ fd: 1, sync: true })
        : { write: (line) => void destination.write(line) },
    ),
  );
}

function wrap(inner: PinoLogger): Logger {
  return {
    debug: (message, fields) => inner.debug(printable(fields), message),
    info: (message, fields) => inner.info(printable(fields), message),
    warn: (message, fields) => inner.warn(printable(fields), message),
    error: (message, fields) => inner.error(printable(fields), message),
    child: (fields) => wrap(inner.child(printable(fields))),
  };
}

function printable(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printableValue(value)]));
}

function printableValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (value instanceof Error) return printableError(value, MAX_CAUSES);
  if (typeof value !== 'object' || value === null) return value;
  const text = jsonOf(value);
  return text.length > MAX_TEXT_CHARACTERS ? cut(text) : value;
}

/** Only the fields every Error has: an SDK error also carries the whole response. */
function printableError(error: Error, causesLeft: number): Record<string, unknown> {
  return {
    name: error.name,
    message: cut(error.message),
    ...(error.stack !== undefined && { stack: cut(error.stack) }),
    ...(error.cause instanceof Error && causesLeft > 0 && { cause: printableError(error.cause, causesLeft - 1) }),
  };
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a BigInt: pino prints both in its own way, and logging must not be what fails.
    return '';
  }
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT_CHARACTERS) return text;
  return `${text.slice(0, MAX_TEXT_CHARACTERS)}… (${text.length} characters)`;
}

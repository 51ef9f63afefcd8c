import type { LogFields, Logger, LogLevel } from '../../platform/logger.ts';

export interface LoggedEvent {
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its events, with the fields its ancestors bound, for a test to look at. */
export class RecordingLogger implements Logger {
  readonly events: LoggedEvent[];
  readonly #bound: LogFields;

  constructor(bound: LogFields = {}, events: LoggedEvent[] = []) {
    this.#bound = bound;
    this.events = events;
  }

  debug(message: string, fields?: LogFields): void {
    this.#record('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#record('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#record('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#record('error', message, fields);
  }

  child(fields: LogFields): RecordingLogger {
    return new RecordingLogger({ ...this.#bound, ...fields }, this.events);
  }

  #record(level: LoggedEvent['level'], message: string, fields: LogFields = {}): void {
    this.events.push({ level, message, fields: { ...this.#bound, ...fields } });
  }
}

import {
  endLine,
  exitLine,
  initReportLine,
  reportLine,
  startLine,
  timeoutLine,
  type PlatformStatus,
  type TimeoutSpelling,
} from '../../local/lambda/platform-lines.ts';
import type { Death } from './simulated-faults.ts';

export interface Ran {
  readonly requestId: string;
  readonly durationMs: number;
  /** The sandbox's clock. */
  readonly at: number;
}

/**
 * What a function prints besides. Through the console it is one event behind the runtime's prefix; past it, an event a
 * line. Thrown, it is the message of an error.
 */
export interface Print {
  readonly through: 'console.log' | 'console.error' | 'stdout' | 'throw';
  readonly text: string;
}

/** A line of the Node.js runtime in text format. */
export function nodeLine(at: number, requestId: string, level: string, text: string): string {
  return `${new Date(at).toISOString()}\t${requestId}\t${level}\t${text}\n`;
}

export function printedLines(at: number, requestId: string, { through, text }: Print): readonly string[] {
  if (through === 'throw') throw new Error(text);
  if (through === 'stdout') return text.split('\n').map((line) => `${line}\n`);
  return [nodeLine(at, requestId, through === 'console.log' ? 'INFO' : 'ERROR', text)];
}

export function report({ requestId, durationMs }: Ran, outcome: PlatformStatus): string {
  return reportLine({ requestId, durationMs, initMs: undefined, memoryMiB: 256, maxMemoryUsedMiB: 91, outcome });
}

/** What the runtime writes of an error that the handler threw; END and REPORT follow as for a success. */
export function thrownLines({ requestId, at }: Ran, error: unknown): readonly string[] {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return [nodeLine(at, requestId, 'ERROR', `Invoke Error \t${serialized(name, message, stack)}`)];
}

export function timedOutLines(ran: Ran, spelling: TimeoutSpelling): readonly string[] {
  const { requestId, durationMs, at } = ran;
  return spelling === 'status'
    ? [endLine(requestId), report(ran, { status: 'timeout' })]
    : [timeoutLine(requestId, durationMs / 1000, at), endLine(requestId), report(ran, { status: 'success' })];
}

export function diedLines(ran: Ran, how: Death): readonly string[] {
  const { requestId, at } = ran;
  const error = (errorType: string) => report(ran, { status: 'error', errorType });
  switch (how) {
    case 'out-of-memory':
      return [endLine(requestId), error('Runtime.OutOfMemory')];
    case 'killed':
      return [
        exitLine(requestId, 'Runtime exited with error: signal: killed'),
        endLine(requestId),
        report(ran, { status: 'success' }),
      ];
    case 'exit':
      return [
        exitLine(requestId, 'Runtime exited with error: exit status 1'),
        endLine(requestId),
        error('Runtime.ExitError'),
      ];
    case 'unhandled-rejection':
      return [
        nodeLine(
          at,
          requestId,
          'ERROR',
          `Unhandled Promise Rejection \t${serialized('Runtime.UnhandledPromiseRejection', 'Error: nobody waited', '')}`,
        ),
        exitLine(requestId, 'Runtime exited with error: exit status 128'),
        endLine(requestId),
        error('Runtime.ExitError'),
      ];
  }
}

/** A module that cannot be loaded: tried at init and again in the invocation, which alone bears a request id. */
export function failedInitLines(requestId: string, at: number): readonly string[] {
  const errorType = 'Runtime.ImportModuleError';
  const error = `${new Date(at).toISOString()}\tundefined\tERROR\tUncaught Exception \t${serialized(errorType, "Error: Cannot find module 'x'", '')}\n`;
  const outcome = { status: 'error', errorType } as const;
  return [
    error,
    initReportLine('init', 229, outcome),
    error,
    initReportLine('invoke', 83, outcome),
    startLine(requestId),
    endLine(requestId),
    report({ requestId, durationMs: 95, at }, outcome),
  ];
}

/** Whether a line that was written about a failure says by itself whose request failed: not END, nor a report of success. */
export function tellsFailure(line: string): boolean {
  return /^REPORT .*Status: |^RequestId: |Task timed out|Invoke Error/.test(line);
}

function serialized(errorType: string, errorMessage: string, stack: string): string {
  return JSON.stringify({ errorType, errorMessage, stack: stack.split('\n') });
}

/**
 * The lines that the platform itself writes in text format. Every one is an event with its line feed.
 * Sources: raw logs of real accounts; the shapes are those of 2025 and 2026 (a `Status:` for everything but success).
 */

/** How an invocation or an init ended, as the platform sees it: a handler that throws is a success to it. */
export type PlatformStatus =
  | { readonly status: 'success' }
  | { readonly status: 'timeout' }
  | { readonly status: 'error'; readonly errorType: string };

/**
 * A timeout is told by the report's `Status: timeout`, and no longer by "Task timed out" (seen since the end of 2024), or
 * by that line after a report without a status, as it was before and may still be somewhere.
 */
export type TimeoutSpelling = 'status' | 'message';

export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  /** Absent when the sandbox was warm. */
  readonly initMs: number | undefined;
  readonly memoryMiB: number;
  readonly maxMemoryUsedMiB: number;
  readonly outcome: PlatformStatus;
}

/** @param version of the runtime: `python:3.13.v1` */
export function initStartLine(version: string): string {
  return `INIT_START Runtime Version: ${version}\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:local\n`;
}

export function initReportLine(phase: 'init' | 'invoke', durationMs: number, outcome: PlatformStatus): string {
  return `INIT_REPORT Init Duration: ${milliseconds(durationMs)} ms\tPhase: ${phase}${statusFields(outcome)}\n`;
}

export function startLine(requestId: string): string {
  return `START RequestId: ${requestId} Version: $LATEST\n`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}\n`;
}

/** Since August 2025 the init is billed, too. */
export function reportLine(report: Report): string {
  const { durationMs, initMs } = report;
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${milliseconds(durationMs)} ms`,
    `Billed Duration: ${String(Math.ceil(durationMs + (initMs ?? 0)))} ms`,
    `Memory Size: ${String(report.memoryMiB)} MB`,
    `Max Memory Used: ${String(report.maxMemoryUsedMiB)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${milliseconds(initMs)} ms`]),
  ];
  const status = statusFields(report.outcome);
  return `${fields.join('\t')}${status === '' ? '\t' : status}\n`;
}

export function timeoutLine(requestId: string, timeoutSeconds: number, now: number): string {
  return `${new Date(now).toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n\n`;
}

/** @param what for instance `Runtime exited with error: signal: killed` */
export function exitLine(requestId: string, what: string): string {
  return `RequestId: ${requestId} Error: ${what}\nRuntime.ExitError\n`;
}

export function describeExit(exitCode: number | null, signal: string | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal.toLowerCase()}`;
  return exitCode === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${String(exitCode)}`;
}

/** As Go, in which Lambda's agent is written, calls them. */
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGINT: 'interrupt',
  SIGBUS: 'bus error',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
};

function statusFields(outcome: PlatformStatus): string {
  if (outcome.status === 'success') return '';
  if (outcome.status === 'timeout') return '\tStatus: timeout';
  return `\tStatus: error\tError Type: ${outcome.errorType}`;
}

function milliseconds(value: number): string {
  return value.toFixed(2);
}

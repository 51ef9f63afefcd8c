import type { Certainty } from '../../../../../monitor/classifier/observation.ts';
import type { FailureKind } from '../../../../../workflow/failure.ts';
import { printed, REQUEST } from '../../builders.ts';

/**
 * Log lines as Lambda and its runtimes write them, by verdict. Shapes are those of raw logs of real accounts and of the
 * sources of the runtimes (2016 to 2026); ids are replaced, every line is of REQUEST.
 */
export interface RawLine {
  readonly what: string;
  readonly line: string;
}

export interface RawFailure extends RawLine {
  readonly kind: FailureKind;
  readonly error: string;
  /** Part of what the finding's message must say. */
  readonly message?: string;
}

export interface RawSuspicion extends RawFailure {
  readonly certainty: Certainty;
  readonly requestId?: string;
}

export const invokeError = (details: object | string) =>
  printed(`Invoke Error \t${typeof details === 'string' ? details : JSON.stringify(details)}`, REQUEST, 'ERROR');
export const exit = (reason: string, type = '\nRuntime.ExitError') => `RequestId: ${REQUEST} Error: ${reason}${type}\n`;
export const record = (type: string, fields: object) =>
  JSON.stringify({ time: '2026-07-09T06:05:50.562Z', type, record: { requestId: REQUEST, ...fields } });
export const nodeJson = (fields: object) =>
  JSON.stringify({ timestamp: '2026-07-09T06:05:50.562Z', level: 'ERROR', requestId: REQUEST, ...fields });
export const pythonJson = (fields: object) =>
  JSON.stringify({ timestamp: '2026-02-27T17:34:11Z', level: 'ERROR', ...fields });
export const LAMBDA_WARNING =
  'LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a Lambda runtime update can cause unexpected function behavior.';
export const withMemory = (used: number, status: string) =>
  `REPORT RequestId: ${REQUEST}\tDuration: 10935.70 ms\tBilled Duration: 10936 ms\tMemory Size: 1024 MB\tMax Memory Used: ${used} MB\t${status}\n`;

import { storageErrorTold } from '../../storage/errors.ts';
import { kindOfExit } from '../classifier/error-kinds.ts';
import { observedFailure, type ObservedFailure } from '../classifier/observation.ts';
import { asJsonObject } from '../classifier/parse-json.ts';
import { describeThrownError } from '../classifier/thrown-error.ts';

/** What a record says of how the event ended. */
export interface GivenUp {
  readonly condition: string;
  /** Of Lambda's own last invocation of the function; absent when it never got as far. */
  readonly statusCode: number | undefined;
  /** The function's last answer: `{"errorType", "errorMessage", …}`. */
  readonly response: unknown;
}

/** Before the end of 2024 without an `errorType`, and with an instant and the request id before it. */
const TIMED_OUT = /(?:^|\s)Task timed out after \d{1,4}(?:\.\d{1,3})? seconds\s*$/;
/** How the platform begins what it says of a process that is gone. */
const ABOUT_REQUEST = /^RequestId: [0-9a-f-]{36} Error: /;
/** A module that an ES module imports and that is not there: Node's runtime on Lambda has a name only for `require`. */
const MODULE_LOADER_FRAME = /^\s+at .{0,256}\(node:internal\/modules\//;
const TOO_MANY_REQUESTS = 429;

/** The kind of failure behind an event that Lambda gave up, from the function's answer or, without one, the condition. */
export function failureOf({ condition, statusCode, response }: GivenUp): ObservedFailure {
  const { errorType, errorMessage, trace } = asJsonObject(response) ?? {};
  if (typeof errorType === 'string' || typeof errorMessage === 'string') {
    if (errorType === 'Error' && isFromModuleLoader(trace)) {
      return observedFailure('INIT_ERROR', errorType, textOf(errorMessage));
    }
    return failureTold(textOf(errorType), textOf(errorMessage));
  }
  if (response !== undefined && response !== null) {
    return observedFailure('UNHANDLED_ERROR', condition, 'the function answered with an error that names none');
  }
  return failureWithoutAnswer(condition, statusCode);
}

function failureTold(errorType: string, errorMessage: string): ObservedFailure {
  const reason = errorMessage.replace(ABOUT_REQUEST, '');
  // Only the platform's own: an application may throw such a message, of a task of its own.
  const isPlatform = errorType === '' || errorType.startsWith('Sandbox.');
  if (isPlatform && TIMED_OUT.test(errorMessage)) {
    return observedFailure('TIMEOUT', errorType === '' ? 'Sandbox.Timedout' : errorType, reason);
  }
  if (errorType === 'Runtime.ExitError') return observedFailure(kindOfExit(reason, errorType), errorType, reason);
  const told = storageErrorTold(errorType, errorMessage);
  return describeThrownError({
    name: told?.code ?? (errorType === '' ? 'Error' : errorType),
    message: reason,
    ...(told !== undefined && { retryable: told.retryable }),
  });
}

/** The function was not run, or nothing of its answer has come through. */
function failureWithoutAnswer(condition: string, statusCode: number | undefined): ObservedFailure {
  if (condition === 'ZeroReservedConcurrency') {
    return observedFailure('THROTTLED', condition, 'Lambda may not run the function: its reserved concurrency is 0');
  }
  if (statusCode === TOO_MANY_REQUESTS) {
    return observedFailure('THROTTLED', condition, 'Lambda could not run the function: too many invocations');
  }
  if (condition === 'EventAgeExceeded') {
    return observedFailure('THROTTLED', condition, 'Lambda could not run the function before the event was too old');
  }
  if (condition === 'RecursiveInvocation' || (statusCode !== undefined && statusCode >= 400 && statusCode < 500)) {
    return observedFailure(
      'INVOCATION_ERROR',
      condition,
      `Lambda refused to run the function${withStatus(statusCode)}`,
    );
  }
  return observedFailure(
    'PLATFORM_ERROR',
    condition,
    `Lambda gave the event up and names no error${withStatus(statusCode)}`,
  );
}

function withStatus(statusCode: number | undefined): string {
  return statusCode === undefined ? '' : ` (status ${statusCode})`;
}

function isFromModuleLoader(trace: unknown): boolean {
  const lines: readonly unknown[] = Array.isArray(trace) ? trace : [];
  const first = lines.find((line) => typeof line === 'string' && /^\s+at /.test(line));
  return typeof first === 'string' && MODULE_LOADER_FRAME.test(first);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

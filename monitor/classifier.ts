import { clip, MAX_ERROR_MESSAGE, MAX_ERROR_NAME, type FailureKind } from '../workflow/failure.ts';
import { stepLineSchema, type StepEnded, type StepStarted } from '../workflow/step-log.ts';
import { kindOfReport, kindOfThrownError } from './error-kinds.ts';
import type { LogEvent } from './log-event.ts';

/** What one log event says of one invocation. Whose execution that is, is found elsewhere. */
export type Finding =
  | { readonly kind: 'started'; readonly requestId: string; readonly line: StepStarted }
  | { readonly kind: 'ended'; readonly requestId: string; readonly line: StepEnded }
  | { readonly kind: 'failed'; readonly requestId: string; readonly failure: ObservedFailure };

export interface ObservedFailure {
  readonly kind: FailureKind;
  readonly error: string;
  readonly message: string;
}

const REQUEST_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** The prefix that Lambda's Node.js runtime puts before everything a function prints: time, request id, level. */
const RUNTIME_LINE = new RegExp(`^\\S{20,30}\\t(${REQUEST_ID})\\t([A-Z]+)\\t([\\s\\S]*)$`);
const REPORT_LINE = new RegExp(
  `^REPORT RequestId: (${REQUEST_ID})\\t[^\\n]*?\\tStatus: (error|timeout|failure)(?:\\tError Type: (\\S+))?`,
);
const TIMED_OUT_LINE = new RegExp(`^\\S+ (${REQUEST_ID}) (Task timed out after [0-9.]+ seconds)`);
const RUNTIME_EXIT_LINE = new RegExp(`^RequestId: (${REQUEST_ID}) Error: ([^\\n]*)(?:\\n(\\S+))?`);

/**
 * Reads one log event; `undefined` when it says nothing of how an invocation started or ended.
 *
 * A handler that throws is a success in every record of the platform, so the runtime's `Invoke Error` line and our own
 * end line decide there; the platform's records decide when the process was killed or never came up. INIT_REPORT is
 * never a failure by itself: Lambda runs the initialisation again inside the invocation.
 */
export function classify(event: LogEvent): Finding | undefined {
  const { message } = event;
  const printed = RUNTIME_LINE.exec(message);
  if (printed !== null) return classifyPrinted(printed[1] ?? '', printed[2] ?? '', printed[3] ?? '');
  const report = REPORT_LINE.exec(message);
  if (report !== null) {
    const [, requestId = '', status = '', errorType = ''] = report;
    return failed(
      requestId,
      kindOfReport(status, errorType),
      errorType || (status === 'timeout' ? 'Sandbox.Timedout' : status),
      `the platform reports ${status}`,
    );
  }
  const timedOut = TIMED_OUT_LINE.exec(message);
  if (timedOut !== null) return failed(timedOut[1] ?? '', 'TIMEOUT', 'Sandbox.Timedout', timedOut[2] ?? '');
  const exit = RUNTIME_EXIT_LINE.exec(message);
  if (exit !== null) {
    const [, requestId = '', reason = '', errorType = 'Runtime.ExitError'] = exit;
    const kind = reason.includes('signal: killed') ? 'OUT_OF_MEMORY' : kindOfReport('error', errorType);
    return failed(requestId, kind, errorType, reason);
  }
  return undefined;
}

function classifyPrinted(requestId: string, level: string, text: string): Finding | undefined {
  if (text.startsWith('{')) return classifyStepLine(requestId, text);
  if (level === 'ERROR' && text.startsWith('Invoke Error')) return classifyInvokeError(requestId, text);
  return undefined;
}

/** Our own start and end lines. A line that names another request than the runtime put before it is somebody's text. */
function classifyStepLine(requestId: string, text: string): Finding | undefined {
  if (!text.includes('"step.')) return undefined;
  const parsed = stepLineSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.requestId !== requestId) return undefined;
  return parsed.data.event === 'step.started'
    ? { kind: 'started', requestId, line: parsed.data }
    : { kind: 'ended', requestId, line: parsed.data };
}

/** `Invoke Error \t{"errorType":…,"errorMessage":…,"stack":[…]}`: what the runtime writes when a handler throws. */
function classifyInvokeError(requestId: string, text: string): Finding {
  const details = parseJson(text.slice(text.indexOf('{')));
  const { errorType, errorMessage, code } = (typeof details === 'object' && details !== null ? details : {}) as Record<
    string,
    unknown
  >;
  const name = typeof code === 'string' ? code : typeof errorType === 'string' ? errorType : 'Error';
  return failed(
    requestId,
    kindOfThrownError(name),
    name,
    typeof errorMessage === 'string' ? errorMessage : text.slice(0, MAX_ERROR_MESSAGE),
  );
}

function failed(requestId: string, kind: FailureKind, error: string, message: string): Finding {
  return {
    kind: 'failed',
    requestId,
    failure: { kind, error: clip(error, MAX_ERROR_NAME), message: clip(message.trim(), MAX_ERROR_MESSAGE) },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off or somebody's text: it says nothing.
    return undefined;
  }
}

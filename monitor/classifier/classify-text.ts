import {
  failed,
  isRequestId,
  observedFailure,
  suspected,
  type ObservedFailure,
  type Observation,
} from './observation.ts';
import { mayBeStepLine, readStepLine } from './step-line.ts';
import { describeThrownError, readThrownErrorText } from './thrown-error.ts';

/** What Lambda's Node.js runtime puts before everything that goes through the console: time, request id, level. */
const NODE_PREFIX = /^\d{4}-\d{2}-\d{2}T[0-9:.]{8,18}Z\t([0-9a-z-]{0,36})\t([A-Z]{4,5})\t/;
/** What it writes of errors that nobody caught. */
const RUNTIME_ERROR = /^(Invoke Error|Uncaught Exception|Unhandled Promise Rejection) \t+/;
/** What Python's puts before everything that goes through `logging`: level, time, request id. */
const PYTHON_PREFIX = /^\[([A-Z]{4,8})\]\t\d{4}-\d{2}-\d{2}T[0-9:.]{8,18}Z\t([0-9a-f-]{0,36})\t/;
/** What Python's runtime writes when a handler throws, with a space where `logging` has a tab. */
const PYTHON_ERROR = /^\[ERROR\] ([^\s:[\]{}()'"]{1,128})(: )?/;
const TRACEBACK = /[\r\n]Traceback \(most recent call last\):/;
/** How much of a Python error is searched for its traceback, characters. */
const HEAD = 65_536;
/** The runtime indents its traceback with no-break spaces, and with nothing else. */
const RUNTIME_INDENT = '\u00a0';
/** With `logging`'s prefix only before the first request: behind the id of one it is somebody's text. */
const WARNING = /^(?:\[WARNING\]\t\d{4}-\d{2}-\d{2}T[0-9:.]{8,18}Z\t\t)?LAMBDA_WARNING: Unhandled exception\./;

/** What goes through Node's console. */
export function classifyNodeText(line: string): Observation | undefined {
  const [prefix, requestId, level] = NODE_PREFIX.exec(line) ?? [];
  if (prefix === undefined) return undefined;
  const text = line.slice(prefix.length);
  if (text.startsWith('{')) return mayBeStepLine(text) ? readStepLine(requestId, text) : undefined;
  const [words, what] = (level === 'ERROR' && RUNTIME_ERROR.exec(text)) || [];
  if (words === undefined) return undefined;
  const failure = readThrownErrorText(text.slice(words.length));
  return what === 'Invoke Error' ? failed(requestId, failure) : dying(requestId, failure);
}

/**
 * The process ends by this, but the request id is that of whoever started the promise: it may have killed the invocation
 * after it. Which one died, only the platform's own line says. Without an id the module was being loaded.
 */
function dying(requestId: string | undefined, { error, message }: ObservedFailure): Observation {
  return suspected(undefined, observedFailure(isRequestId(requestId) ? 'PROCESS_EXIT' : 'INIT_ERROR', error, message));
}

/** What goes through Python's `logging`. */
export function classifyPythonText(line: string): Observation | undefined {
  const [prefix, , requestId] = PYTHON_PREFIX.exec(line) ?? [];
  if (prefix === undefined) return undefined;
  const text = line.slice(prefix.length);
  return text.startsWith('{') && mayBeStepLine(text) ? readStepLine(requestId, text) : undefined;
}

/**
 * `[ERROR] {type}: {message}\nTraceback…`, in one event and without a request id. Where there is no way to tell the
 * runtime where an event ends (container images), its lines are joined by carriage returns.
 */
export function classifyPythonError(line: string): Observation | undefined {
  const head = line.slice(0, HEAD);
  const [start, name = '', hasMessage] = PYTHON_ERROR.exec(head) ?? [];
  if (start === undefined) return undefined;
  const traceback = TRACEBACK.exec(head);
  const failure = describeThrownError({
    name,
    message: hasMessage === undefined ? '' : head.slice(start.length, traceback?.index),
  });
  if (traceback === null) return name.startsWith('Runtime.') ? suspected(undefined, failure) : undefined;
  // An application that formats its own log may well print `[ERROR] …` and a traceback, but indents as Python does.
  const frames = head.slice(traceback.index + traceback[0].length).replace(/^[\r\n]+/, '');
  const isRuntimes = frames === '' || frames.startsWith(RUNTIME_INDENT);
  return suspected(undefined, failure, isRuntimes ? 'certain' : 'possible');
}

/** The error that a container image's runtime glues to its warning with a carriage return; '' when there is none. */
export function afterWarning(line: string): string {
  if (!WARNING.test(line)) return '';
  const end = line.slice(0, HEAD).indexOf('\r');
  return end === -1 ? '' : line.slice(end + 1);
}

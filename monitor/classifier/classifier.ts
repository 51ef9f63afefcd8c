import { classifyJson } from './classify-json.ts';
import { afterWarning, classifyNodeText, classifyPythonError, classifyPythonText } from './classify-text.ts';
import type { LogEvent } from './log-event.ts';
import type { Finding, Observation } from './observation.ts';
import {
  readDyingWords,
  readEnd,
  readExit,
  readExtension,
  readReport,
  readStart,
  readTimedOut,
} from './platform-record.ts';

export type { Finding, ObservedFailure } from './observation.ts';

/** What one log event says by itself of how an invocation started or ended; `undefined` when it says nothing. */
export function classify(event: LogEvent): Finding | undefined {
  const observation = observe(event);
  switch (observation?.kind) {
    case 'started':
    case 'ended':
    case 'failed':
      return observation;
    default:
      return undefined;
  }
}

/**
 * Reads one log event, Node.js or Python, text or JSON log format. It is told by its first character, so that what cannot
 * matter costs little; no expression here goes back over what it has read, and none reads more than a bounded head.
 *
 * A handler that throws is a success in every record of the platform, so the runtime's own line and our end line decide
 * there; the platform's records decide when the process was killed or never came up. Reports of an init
 * (INIT_REPORT, platform.initReport) are never failures: Lambda runs the init again inside the invocation, and reports
 * that one by its request.
 *
 * What can be forged. What a function prints through Node's console or Python's `logging` stands behind a prefix, or inside a
 * JSON object, that the runtime writes with the id of the request: it is never taken for a record of the platform, and
 * all it can imitate is a line of its own invocation (our step lines; `Invoke Error`, through console.error). What is written
 * past them (print, process.stdout.write, a child process) has no prefix, and can look like any line here. Attribution
 * believes it nothing about others (docs/adr/0007-whose-a-line-is.md), and S3 still judges. In the text of a function that
 * prints user input raw, nothing can be told from that input.
 */
export function observe({ message }: Pick<LogEvent, 'message'>): Observation | undefined {
  switch (message[0]) {
    case '{':
      return classifyJson(message);
    case 'S':
      return readStart(message);
    case 'E':
      return readEnd(message) ?? readExtension(message);
    case 'R':
      return readReport(message) ?? readExit(message);
    case '[':
      return classifyPythonText(message) ?? classifyPythonError(message) ?? classifyGlued(message);
    case 'L':
      return classifyGlued(message);
    case 'F':
    case 'U':
      return readDyingWords(message);
    default:
      return classifyNodeText(message) ?? readTimedOut(message);
  }
}

function classifyGlued(message: string): Observation | undefined {
  const error = afterWarning(message);
  if (error.startsWith('{')) return classifyJson(error);
  return error === '' ? undefined : classifyPythonError(error);
}

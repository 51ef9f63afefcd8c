import { failed, isRequestId, observedFailure, suspected, type Observation } from './observation.ts';
import { asJsonObject, parseJsonObject, type JsonObject } from './parse-json.ts';
import { readCommonRecord, readPlatformRecord } from './platform-record.ts';
import { mayBeStepLine, readCommonStart, readStepLine } from './step-line.ts';
import { readThrownError } from './thrown-error.ts';

/** Classes of the Node.js runtime (its version 3), whose names lose their `Runtime.` in JSON format. */
const RUNTIME_CLASSES: ReadonlySet<unknown> = new Set([
  'ImportModuleError',
  'HandlerNotFound',
  'MalformedHandlerName',
  'UserCodeSyntaxError',
  'MalformedStreamingHandler',
  'NodeJsExit',
  'UnhandledPromiseRejection',
]);

/** Reads an event in JSON log format. Most are an application's own and are told by what they do not contain. */
export function classifyJson(line: string): Observation | undefined {
  // A record of the platform has no timestamp, and everything that a runtime prints begins with one.
  if (!line.startsWith('{"timestamp"') && line.includes('"platform.')) {
    const common = readCommonRecord(line);
    if (common !== undefined) return common;
    const parsed = parseJsonObject(line);
    const record = parsed && readPlatformRecord(parsed);
    if (record !== undefined) return record;
  }
  if (mayBeStepLine(line)) {
    const started = readCommonStart(line);
    if (started !== undefined) return started;
    const { requestId, message } = parseJsonObject(line) ?? {};
    const step = readStepLine(requestId, message);
    if (step !== undefined) return step;
  }
  const parsed = line.includes('"errorType"') ? parseJsonObject(line) : undefined;
  return parsed && readError(parsed);
}

/**
 * Python's runtime writes the error at the top level and no message; `logging` always has a message, so the two differ.
 * Node's writes `console.error(error)`, and so do applications: such a line is no more than possible.
 */
function readError(line: JsonObject): Observation | undefined {
  // Python's key is `log_level` in the managed runtimes (seen up to 2026) and `level` in its present source.
  if (line['level'] !== 'ERROR' && line['log_level'] !== 'ERROR') return undefined;
  const { message, requestId } = line;
  if (message === undefined) {
    if (!isError(line)) return undefined;
    return isRequestId(requestId) ? failed(requestId, readThrownError(line)) : duringInit(line);
  }
  const error = asJsonObject(message);
  if (error === undefined || !isError(error)) return undefined;
  if (!isRequestId(requestId)) return duringInit(error);
  const thrown = readThrownError(withRuntimeName(error));
  // A promise of one invocation may kill the next: which one, only the platform's own line says.
  return suspected(thrown.error === 'Runtime.UnhandledPromiseRejection' ? undefined : requestId, thrown);
}

/** Before the first invocation. Lambda runs the init again inside the invocation, so this alone is no failure. */
function duringInit(error: JsonObject): Observation {
  const { error: name, message } = readThrownError(withRuntimeName(error));
  return suspected(undefined, observedFailure('INIT_ERROR', name, message));
}

function isError(value: JsonObject): boolean {
  return typeof value['errorType'] === 'string' && Array.isArray(value['stackTrace']);
}

function withRuntimeName(error: JsonObject): JsonObject {
  const { errorType } = error;
  return RUNTIME_CLASSES.has(errorType) ? { ...error, errorType: `Runtime.${String(errorType)}` } : error;
}

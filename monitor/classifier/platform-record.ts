import type { FailureKind } from '../../workflow/failure.ts';
import { kindOfExit, kindOfReport } from './error-kinds.ts';
import { failed, isRequestId, observedFailure, suspected, type Observation } from './observation.ts';
import { asJsonObject, type JsonObject } from './parse-json.ts';

/** How much of a line is looked at, characters: the platform's own are shorter, and X-Ray's second line does not matter. */
const HEAD = 2_048;
const ID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const START = new RegExp(`^START RequestId: ${ID}(?:\\s|$)`);
const END = new RegExp(`^END RequestId: ${ID}(?:\\s|$)`);
const REPORT = new RegExp(`^REPORT RequestId: ${ID}\\s([^\\n]*)`);
const STATUS = /(?:^|\s)Status: ([a-z]+)(?:\s+Error Type: (\S+))?/;
const MEMORY = /Memory Size: (\d{1,6}) MB\s+Max Memory Used: (\d{1,6}) MB/;
const EXIT = new RegExp(`^RequestId: ${ID} Error: ([^\\r\\n]*)(?:[\\r\\n]+(\\S+))?`);
/** Where the error's type was put on the same line. */
const TYPE_AT_END = /\s((?:Runtime|Extension|Sandbox|Function)\.[A-Za-z]{1,40})\s*$/;
const TIMED_OUT = new RegExp(`^\\S{20,30} ${ID} (Task timed out after [0-9.]{1,12} seconds)`);
const EXTENSION_STATE = /^EXTENSION\s+Name: .*?\sState: (InitError|ExitError|LaunchError|Crash)\b/;
const EXTENSION_ERROR = /\sError Type: (\S+)/;

const RECORD = `^\\{"time":"[0-9TZ:.-]{20,30}","type":"platform\\.`;
const COMMON_START = new RegExp(
  `${RECORD}start","record":\\{"requestId":"${ID}"(?:,"functionArn":"[\\w:$-]{1,300}")?,"version":"[\\w$-]{1,128}"\\}\\}\\s{0,2}$`,
);
const COMMON_SUCCESS = new RegExp(
  `${RECORD}report","record":\\{"requestId":"${ID}","metrics":\\{[\\w":,.]{0,500}\\},"status":"success"\\}\\}\\s{0,2}$`,
);

interface Reported {
  readonly requestId: string;
  readonly status: string;
  readonly errorType: string;
  /** Memory used reached the limit; false when either is not told. */
  readonly isMemoryFull: boolean;
}

export function readStart(line: string): Observation | undefined {
  const requestId = START.exec(line)?.[1];
  return requestId === undefined ? undefined : { kind: 'invocation-started', requestId };
}

export function readEnd(line: string): Observation | undefined {
  const requestId = END.exec(line)?.[1];
  return requestId === undefined ? undefined : { kind: 'invocation-ended', requestId };
}

/** `Status:` is in every report but a success's; before 2024 it was in none, and other lines told of failures. */
export function readReport(line: string): Observation | undefined {
  const [, requestId, fields = ''] = REPORT.exec(line.slice(0, HEAD)) ?? [];
  if (requestId === undefined) return undefined;
  const [, status = 'success', errorType = ''] = STATUS.exec(fields) ?? [];
  if (status === 'success') return { kind: 'invocation-ended', requestId };
  const [, size, used] = MEMORY.exec(fields) ?? [];
  return reported({ requestId, status, errorType, isMemoryFull: Number(used) >= Number(size) });
}

/** `RequestId: … Error: …`: the process is gone. In JSON format too these lines are text. */
export function readExit(line: string): Observation | undefined {
  const [, requestId, text = '', nextLine] = EXIT.exec(line.slice(0, HEAD)) ?? [];
  if (requestId === undefined) return undefined;
  const errorType = nextLine ?? TYPE_AT_END.exec(text)?.[1] ?? 'Runtime.ExitError';
  const kind = kindOfExit(text, errorType);
  return failed(requestId, observedFailure(kind, kind === 'TIMEOUT' ? 'Sandbox.Timedout' : errorType, text));
}

/** Whether a failure was told by the record of an invocation's end, and not by what happened in it. */
export function endsInvocation(line: string): boolean {
  return line.startsWith('REPORT ') || (line.startsWith('{"time":') && line.includes('"platform.'));
}

export function readTimedOut(line: string): Observation | undefined {
  const [, requestId, text = ''] = TIMED_OUT.exec(line.slice(0, HEAD)) ?? [];
  return requestId === undefined ? undefined : failed(requestId, observedFailure('TIMEOUT', 'Sandbox.Timedout', text));
}

/** An extension that is not `Ready`: a line of the sandbox, before any request and also after one. */
export function readExtension(line: string): Observation | undefined {
  const head = line.slice(0, HEAD);
  const state = EXTENSION_STATE.exec(head)?.[1];
  if (state === undefined) return undefined;
  const error = `Extension.${state}`;
  return suspected(
    undefined,
    observedFailure(kindOfReport('error', error), error, EXTENSION_ERROR.exec(head)?.[1] ?? state),
  );
}

/** What the process printed before it was gone, without a request id. */
export function readDyingWords(line: string): Observation | undefined {
  const head = line.slice(0, HEAD);
  if (head.startsWith('FATAL ERROR: ') && head.includes('heap out of memory')) {
    return suspected(undefined, observedFailure('OUT_OF_MEMORY', 'Runtime.ExitError', head));
  }
  if (head.startsWith('Unknown application error occurred')) {
    return suspected(undefined, observedFailure('PLATFORM_ERROR', 'Runtime.Unknown', head));
  }
  return undefined;
}

/** The two commonest records, in the order in which Lambda writes them: their meaning is known without parsing them. */
export function readCommonRecord(line: string): Observation | undefined {
  const started = COMMON_START.exec(line)?.[1];
  if (started !== undefined) return { kind: 'invocation-started', requestId: started };
  const ended = COMMON_SUCCESS.exec(line)?.[1];
  return ended === undefined ? undefined : { kind: 'invocation-ended', requestId: ended };
}

/**
 * A record of the platform in JSON format: exactly `time`, `type` and `record`, in any order. An application's line has
 * a level or a message, and whatever type it was given besides, it is none.
 */
export function readPlatformRecord(parsed: JsonObject): Observation | undefined {
  for (const key in parsed) if (key !== 'time' && key !== 'type' && key !== 'record') return undefined;
  const { type, record } = parsed;
  const { requestId, status, errorType, metrics } = asJsonObject(record) ?? {};
  if (!isRequestId(requestId)) return undefined;
  if (type === 'platform.start') return { kind: 'invocation-started', requestId };
  if (type !== 'platform.report' && type !== 'platform.runtimeDone') return undefined;
  const { memorySizeMB, maxMemoryUsedMB } = asJsonObject(metrics) ?? {};
  return reported({
    requestId,
    status: typeof status === 'string' ? status : 'success',
    errorType: typeof errorType === 'string' ? errorType : '',
    isMemoryFull: Number(maxMemoryUsedMB) >= Number(memorySizeMB),
  });
}

function reported({ requestId, status, errorType, isMemoryFull }: Reported): Observation {
  // A word that is none of these three is not known to mean a failure.
  if (!['error', 'timeout', 'failure'].includes(status)) return { kind: 'invocation-ended', requestId };
  const kind = kindOfExitAtLimit(kindOfReport(status, errorType), isMemoryFull);
  const error = errorType || (status === 'timeout' ? 'Sandbox.Timedout' : status);
  return failed(requestId, observedFailure(kind, error, `the platform reports ${status}`));
}

/** A process that ended with its memory full was killed for it, whether or not the report has a name for that. */
function kindOfExitAtLimit(kind: FailureKind, isMemoryFull: boolean): FailureKind {
  return kind === 'PROCESS_EXIT' && isMemoryFull ? 'OUT_OF_MEMORY' : kind;
}

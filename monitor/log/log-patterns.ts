/**
 * What the monitor asks the log group for: filter patterns of FilterLogEvents, where `?` terms are alternatives and cannot
 * stand beside others. A pattern is at most 1,024 characters long. Terms are whole words: AWS does not say that it finds a
 * part of one.
 */

/**
 * Only what may be a failure, or a late write that was refused: few lines, so that a wide window stays cheap. `errorType` is in every error of the runtimes
 * and in the platform's JSON records; of those that lack it, `timeout` and `failure` are the status.
 */
const MAY_BE_FAILURES = [
  'FAILED',
  'REJECTED',
  'BARRED',
  'timeout',
  'failure',
  '"errorType"',
  '"Status:"',
  '"Task timed out"',
  // The second line of an exit, and errors that Python's runtime names before it has a traceback.
  '"Runtime."',
  '"Extension."',
  '"Runtime exited"',
  // What bears no request id and is told by the lines around it.
  '"Traceback"',
  '"heap out of memory"',
  '"Unknown application error"',
  '"EXTENSION"',
];

/**
 * Where invocations begin and end, to tell whose a line without a request id is. In text format END says so in half the
 * bytes of the REPORT beside it, which is why a success's REPORT is not asked for; in JSON format only the report does.
 */
const BOUNDARIES = [
  '"START RequestId"',
  '"END RequestId"',
  '"platform.start"',
  '"platform.report"',
  '"platform.runtimeDone"',
];

/** Our own first and last lines, and the objects that functions of somebody else name. */
const NAMES_OF_EXECUTIONS = ['"step.started"', '"step.ended"', '"orders/"', '"executions/"'];

export const FAILURES = anyOf(MAY_BE_FAILURES);

/**
 * Enough to tie every failure to its execution. INIT_REPORT matches too and is ignored later. An invocation of a wrapped
 * function is some 700 bytes of it.
 */
export const STARTS_AND_ENDS = anyOf([...NAMES_OF_EXECUTIONS, ...BOUNDARIES, ...MAY_BE_FAILURES]);

/** What surrounds a line in its stream. */
export const INVOCATION_BOUNDARIES = anyOf(BOUNDARIES);

/** All lines that bear one of the ids. Twenty are 800 characters. */
export function linesOf(requestIds: readonly string[]): string {
  return anyOf(requestIds.map((requestId) => `"${requestId}"`));
}

function anyOf(terms: readonly string[]): string {
  return terms.map((term) => `?${term}`).join(' ');
}

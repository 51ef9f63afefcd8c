/** What the monitor asks the log group for: filter patterns of FilterLogEvents, where `?` terms are alternatives. */

/**
 * Starts, ends and the platform's records of invocations that did not end well: enough to tie every failure to its
 * execution. INIT_REPORT matches too and is ignored later.
 */
export const STARTS_AND_ENDS =
  '?"step.started" ?"step.ended" ?"Status:" ?"Invoke Error" ?"Task timed out" ?"Runtime exited"';

/** Only what may be a failure: few lines, so that a wide window stays cheap. */
export const FAILURES = '?FAILED ?REJECTED ?"Status:" ?"Invoke Error" ?"Task timed out" ?"Runtime exited"';

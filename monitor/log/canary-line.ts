/**
 * What a canary says. It counts in the monitors' own stream only, where no function writes, and nothing in that stream is
 * taken for a function's line: what a function prints is never taken for a canary, nor the reverse.
 */
export const CANARY_TEXT = 'stateful-serverless canary';

/** An alternative for a filter pattern. A function that prints the same text only has a line of its own read. */
export const CANARY_TERM = `?"${CANARY_TEXT}"`;

import { expect, it } from 'vitest';
import { logLines } from '../../../../bench/log-lines.ts';
import { observe } from '../../../../monitor/classifier/classifier.ts';

const INVOCATIONS = 100;

it.each(['TEXT', 'JSON'] as const)(
  'the lines of the benchmark say to the classifier what the functions mean by them: %s',
  (format) => {
    const kinds = logLines(INVOCATIONS, format).map((message) => observe({ message })?.kind);
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    // One invocation of a hundred times out before its end line, and nothing is said of what it printed besides.
    expect(count('started')).toBe(INVOCATIONS);
    expect(count('ended')).toBe(INVOCATIONS - 1);
    expect(count('invocation-started')).toBe(INVOCATIONS);
    expect(kinds.filter((kind) => kind === undefined)).toHaveLength(INVOCATIONS);
  },
);

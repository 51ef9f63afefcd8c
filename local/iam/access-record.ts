import { openJsonLines } from '../json-lines.ts';
import type { AccessQuestion, Verdict } from './authorize.ts';

/** One decision, a line of JSON in the file. */
export interface RecordedDecision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly verdict: Verdict;
}

export interface AccessRecord {
  add(question: AccessQuestion, verdict: Verdict): void;
  /** Everything is in the file afterwards; what comes later is not. */
  close(): void;
}

/**
 * Writes every decision about access behind what the file has: which permissions programs really use. It is what was
 * asked of the policies, not what was called, because one call may need several permissions, and its answer does not
 * show which: reading a key that is not there is 404 for whoever may list, and 403 for others. What was called is in the
 * record of requests (`http/request-record.ts`).
 */
export function openAccessRecord(file: string, now = () => Date.now()): AccessRecord {
  const lines = openJsonLines(file);
  return {
    add({ principal, action, resource }, verdict) {
      const decision: RecordedDecision = { at: now(), principalArn: principal.arn, action, resource, verdict };
      lines.add(decision);
    },
    close: () => lines.close(),
  };
}

import { FAILURE_KINDS, type Failure, type FailureKind } from './failure.ts';
import { EXECUTION_ID, FAILURES_PREFIX, NAME } from './keys.ts';

/**
 * A failure as the index has it: `failures/{name}.json`, where the name says everything, so that listing alone is enough
 * to find equal failures. It follows from the FAILED record, which is written once: whoever indexes a failure writes the
 * same key.
 */
export interface IndexedFailure {
  /** `{detectedAt}.{step}.{kind}.{error}.{executionId}`: sorts by the time of its discovery. */
  readonly name: string;
  readonly detectedAt: number;
  readonly step: string;
  readonly kind: FailureKind;
  /** The error's name with a dash for whatever is neither letter nor digit, cut at 64 characters. */
  readonly error: string;
  readonly executionId: string;
}

/** Milliseconds since the epoch have 13 digits until the year 2286. */
const DIGITS = 13;
const LAST_INSTANT = 10 ** DIGITS - 1;
const MAX_ERROR = 64;

const NAMED = new RegExp(
  `^(?<at>[0-9]{${DIGITS}})\\.(?<step>${NAME})\\.(?<kind>${FAILURE_KINDS.join('|')})\\.` +
    `(?<error>[A-Za-z0-9-]{1,${MAX_ERROR}})\\.(?<executionId>${EXECUTION_ID})$`,
);

export function indexFailure(executionId: string, step: string, failure: Failure): IndexedFailure {
  const { kind } = failure;
  // A record may hold any number: the key must have a place in the order all the same.
  const detectedAt = Math.min(LAST_INSTANT, Math.max(0, Math.trunc(failure.detectedAt)));
  const error = failure.error.replaceAll(/[^A-Za-z0-9]/g, '-').slice(0, MAX_ERROR) || 'Error';
  return {
    name: [digits(detectedAt), step, kind, error, executionId].join('.'),
    detectedAt,
    step,
    kind,
    error,
    executionId,
  };
}

export function failureKey({ name }: Pick<IndexedFailure, 'name'>): string {
  return `${FAILURES_PREFIX}${name}.json`;
}

/** `undefined` for what `indexFailure` did not name. */
export function parseFailureName(name: string): IndexedFailure | undefined {
  const { at, step, kind, error, executionId } = NAMED.exec(name)?.groups ?? {};
  const known = FAILURE_KINDS.find((each) => each === kind);
  if (step === undefined || known === undefined || error === undefined || executionId === undefined) return undefined;
  return { name, detectedAt: Number(at), step, kind: known, error, executionId };
}

export function parseFailureKey(key: string): IndexedFailure | undefined {
  if (!key.startsWith(FAILURES_PREFIX) || !key.endsWith('.json')) return undefined;
  return parseFailureName(key.slice(FAILURES_PREFIX.length, -'.json'.length));
}

/** A key before that of every failure since an instant: where a listing begins. */
export function keyBeforeFailuresAt(instant: number): string {
  return `${FAILURES_PREFIX}${digits(Math.min(LAST_INSTANT, Math.max(0, Math.trunc(instant))))}`;
}

function digits(instant: number): string {
  return String(instant).padStart(DIGITS, '0');
}

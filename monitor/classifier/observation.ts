import { clip, MAX_ERROR_MESSAGE, MAX_ERROR_NAME, type FailureKind } from '../../workflow/failure.ts';
import type { StepEnded, StepStarted } from '../../workflow/step-log.ts';

/**
 * `certain`: the runtime or the platform writes such a line for a failure and for nothing else.
 * `possible`: an invocation that goes on and succeeds may print the same.
 */
export type Certainty = 'certain' | 'possible';

export interface ObservedFailure {
  readonly kind: FailureKind;
  readonly error: string;
  readonly message: string;
}

/** What one log event says of one invocation by itself. Whose execution that is, is found elsewhere. */
export type Finding =
  | { readonly kind: 'started'; readonly requestId: string; readonly line: StepStarted }
  | { readonly kind: 'ended'; readonly requestId: string; readonly line: StepEnded }
  | {
      readonly kind: 'failed';
      readonly requestId: string;
      readonly certainty: 'certain';
      readonly failure: ObservedFailure;
    };

/**
 * What means something only beside other lines of the same stream. A stream runs one invocation at a time, so a
 * suspicion without a request id belongs to the invocation that is open in its stream, or to none. A suspicion counts
 * once its invocation has ended and left no result; until then the function may be running, and must not be condemned.
 */
export type Hint =
  | {
      readonly kind: 'suspected';
      readonly requestId: string | undefined;
      readonly certainty: Certainty;
      readonly failure: ObservedFailure;
    }
  | { readonly kind: 'invocation-started'; readonly requestId: string }
  /** A handler that threw has ended too, and is a success to the platform: this is no proof of a result. */
  | { readonly kind: 'invocation-ended'; readonly requestId: string };

export type Observation = Finding | Hint;

const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Before its first invocation a runtime prints `undefined` or nothing where the request id goes. */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value);
}

/** A failure that its line ties to a request, or a suspicion when it bears none. */
export function failed(requestId: unknown, failure: ObservedFailure): Observation {
  return isRequestId(requestId)
    ? { kind: 'failed', requestId, certainty: 'certain', failure }
    : suspected(undefined, failure, 'certain');
}

export function suspected(requestId: unknown, failure: ObservedFailure, certainty: Certainty = 'possible'): Hint {
  return { kind: 'suspected', requestId: isRequestId(requestId) ? requestId : undefined, certainty, failure };
}

export function observedFailure(kind: FailureKind, error: string, message: string): ObservedFailure {
  return { kind, error: clip(error, MAX_ERROR_NAME), message: clip(message.trim(), MAX_ERROR_MESSAGE) };
}

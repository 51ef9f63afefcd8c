import { isKnownError, kindOfThrownError } from './error-kinds.ts';
import { observedFailure, type ObservedFailure } from './observation.ts';
import { asJsonObject, parseJsonObject, type JsonObject } from './parse-json.ts';

/** How botocore words an error of a service; its class is always `ClientError`. */
const CLIENT_ERROR = /^An error occurred \(([A-Za-z0-9.]{1,64})\) when calling the /;
/** How botocore refuses a bucket name before it sends anything; it has no code for it. */
const INVALID_BUCKET_NAME = /^Parameter validation failed:\s{0,4}Invalid bucket name /;

/** How much of a text is looked at when it cannot be parsed: the runtime writes name and message first. */
const HEAD = 8_192;
const FIRST_FIELDS =
  /^\{\s{0,4}"errorType"\s{0,2}:\s{0,2}("(?:[^"\\]|\\.){0,256}")(?:\s{0,2},\s{0,2}"errorMessage"\s{0,2}:\s{0,2}("(?:[^"\\]|\\.){0,4096}"))?/;

/** An error as a runtime serialises it: `errorType`, `errorMessage`, a stack, and whatever else the error carried. */
export function readThrownError(details: JsonObject): ObservedFailure {
  const { errorType, errorMessage, code, name, retryable } = details;
  const { httpStatusCode } = asJsonObject(details['$metadata']) ?? {};
  return describeThrownError({
    // In JSON format the type is the name of the class, which a minifier spoils; the error's own name it leaves alone.
    name: asText(name) ?? asText(errorType) ?? 'Error',
    code: asText(code),
    message: asText(errorMessage) ?? '',
    retryable: retryable === true || (typeof httpStatusCode === 'number' && httpStatusCode >= 500),
  });
}

/** Of a serialised error that may be cut off or over-long. */
export function readThrownErrorText(text: string): ObservedFailure {
  const details = parseJsonObject(text);
  if (details !== undefined) return readThrownError(details);
  const head = text.slice(0, HEAD);
  const [, errorType, errorMessage] = FIRST_FIELDS.exec(head) ?? [];
  return readThrownError({ errorType: unquote(errorType), errorMessage: unquote(errorMessage) ?? head });
}

export interface ThrownError {
  readonly name: string;
  readonly code?: string | undefined;
  readonly message: string;
  readonly retryable?: boolean;
}

/** A code says what happened where a name says only who threw; an unknown code (`ERR_ASSERTION`) says less than the name. */
export function describeThrownError({ name, code, message, retryable }: ThrownError): ObservedFailure {
  if (name === 'ParamValidationError' && INVALID_BUCKET_NAME.test(message)) {
    return observedFailure('INVALID_BUCKET_NAME', name, message);
  }
  const service = name === 'ClientError' ? CLIENT_ERROR.exec(message)?.[1] : undefined;
  const known = [code, service].find((value) => value !== undefined && isKnownError(value));
  const error = known ?? service ?? name;
  return observedFailure(kindOfThrownError(error, retryable), error, message);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function unquote(literal: string | undefined): string | undefined {
  return literal === undefined ? undefined : asText(parseJsonObject(`{"value":${literal}}`)?.['value']);
}

import type { FailureKind } from '../workflow/failure.ts';

/** What the name of an error says of a failure: S3's codes, Node's codes, JavaScript's classes. */
const BY_NAME: Readonly<Record<string, FailureKind>> = {
  InvalidBucketName: 'INVALID_BUCKET_NAME',
  NoSuchBucket: 'NO_SUCH_BUCKET',
  AccessDenied: 'ACCESS_DENIED',
  AccessDeniedException: 'ACCESS_DENIED',
  AllAccessDisabled: 'ACCESS_DENIED',
  InvalidAccessKeyId: 'ACCESS_DENIED',
  ExpiredToken: 'ACCESS_DENIED',
  SignatureDoesNotMatch: 'ACCESS_DENIED',
  TypeError: 'TYPE_ERROR',
  ReferenceError: 'TYPE_ERROR',
  ECONNREFUSED: 'STORAGE_UNAVAILABLE',
  ECONNRESET: 'STORAGE_UNAVAILABLE',
  EPIPE: 'STORAGE_UNAVAILABLE',
  ETIMEDOUT: 'STORAGE_UNAVAILABLE',
  ENOTFOUND: 'STORAGE_UNAVAILABLE',
  EAI_AGAIN: 'STORAGE_UNAVAILABLE',
  EHOSTUNREACH: 'STORAGE_UNAVAILABLE',
  ENETUNREACH: 'STORAGE_UNAVAILABLE',
  TimeoutError: 'STORAGE_UNAVAILABLE',
  InternalError: 'STORAGE_UNAVAILABLE',
  ServiceUnavailable: 'STORAGE_UNAVAILABLE',
  RequestTimeout: 'STORAGE_UNAVAILABLE',
  ConditionalRequestConflict: 'STORAGE_UNAVAILABLE',
  ContentionError: 'STORAGE_UNAVAILABLE',
  SlowDown: 'THROTTLED',
  ThrottlingException: 'THROTTLED',
  TooManyRequestsException: 'THROTTLED',
};

/** The kind of an error that a function threw. `retryable`: what the code that threw it knows. */
export function kindOfThrownError(name: string, retryable?: boolean): FailureKind {
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (known !== undefined) return known;
  return retryable === true ? 'STORAGE_UNAVAILABLE' : 'UNHANDLED_ERROR';
}

/**
 * The kind of a failure that the platform reports: `status` and `errorType` of a REPORT line.
 * `failure` is Lambda's own fault, `error` the function's, `timeout` the deadline (Telemetry API schema).
 */
export function kindOfReport(status: string, errorType: string): FailureKind {
  if (status === 'timeout') return 'TIMEOUT';
  if (status === 'failure') return 'PLATFORM_ERROR';
  switch (errorType) {
    case 'Runtime.OutOfMemory':
      return 'OUT_OF_MEMORY';
    case 'Runtime.ExitError':
    case 'Runtime.NodeJsExit':
    case 'Runtime.UnhandledPromiseRejection':
    case 'Extension.Crash':
    case 'Extension.ExitError':
      return 'PROCESS_EXIT';
    case 'Sandbox.Timedout':
    case 'Sandbox.Timeout':
      return 'TIMEOUT';
    case 'Sandbox.Failure':
      return 'PLATFORM_ERROR';
    default:
      // A handler's throw is a success here, so a name that is not the platform's was thrown while the module was loaded.
      return errorType === '' ? 'UNHANDLED_ERROR' : 'INIT_ERROR';
  }
}

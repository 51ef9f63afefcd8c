import type { FailureKind } from '../../workflow/failure.ts';

/** Names that functions throw under: codes of S3 and its like, codes of Node.js, classes of JavaScript, Python and botocore. */
const BY_NAME: Readonly<Record<string, FailureKind>> = {
  InvalidBucketName: 'INVALID_BUCKET_NAME',
  NoSuchBucket: 'NO_SUCH_BUCKET',
  AccessDenied: 'ACCESS_DENIED',
  AccessDeniedException: 'ACCESS_DENIED',
  AllAccessDisabled: 'ACCESS_DENIED',
  InvalidAccessKeyId: 'ACCESS_DENIED',
  ExpiredToken: 'ACCESS_DENIED',
  SignatureDoesNotMatch: 'ACCESS_DENIED',
  // What botocore makes of an answer without a body, as every answer to HEAD is.
  '403': 'ACCESS_DENIED',
  TypeError: 'TYPE_ERROR',
  ReferenceError: 'TYPE_ERROR',
  AttributeError: 'TYPE_ERROR',
  NameError: 'TYPE_ERROR',
  UnboundLocalError: 'TYPE_ERROR',
  MemoryError: 'OUT_OF_MEMORY',
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
  ConnectTimeoutError: 'STORAGE_UNAVAILABLE',
  ReadTimeoutError: 'STORAGE_UNAVAILABLE',
  ConnectionClosedError: 'STORAGE_UNAVAILABLE',
  EndpointConnectionError: 'STORAGE_UNAVAILABLE',
  '500': 'STORAGE_UNAVAILABLE',
  '502': 'STORAGE_UNAVAILABLE',
  '503': 'STORAGE_UNAVAILABLE',
  '504': 'STORAGE_UNAVAILABLE',
  SlowDown: 'THROTTLED',
  Throttling: 'THROTTLED',
  ThrottlingException: 'THROTTLED',
  ThrottledException: 'THROTTLED',
  RequestLimitExceeded: 'THROTTLED',
  ProvisionedThroughputExceededException: 'THROTTLED',
  TooManyRequestsException: 'THROTTLED',
  '429': 'THROTTLED',
};

/**
 * Names that the platform and the runtimes give (Lambda's runtime interface emulator, and the runtime interface clients
 * for Node.js and Python). What has another name and comes in a report was thrown while the module was loaded.
 */
const BY_PLATFORM_NAME: Readonly<Record<string, FailureKind>> = {
  'Runtime.OutOfMemory': 'OUT_OF_MEMORY',
  'Runtime.ExitError': 'PROCESS_EXIT',
  'Runtime.NodeJsExit': 'PROCESS_EXIT',
  'Runtime.UnhandledPromiseRejection': 'PROCESS_EXIT',
  'Extension.Crash': 'PROCESS_EXIT',
  'Extension.ExitError': 'PROCESS_EXIT',
  'Sandbox.Timedout': 'TIMEOUT',
  'Sandbox.Timeout': 'TIMEOUT',
  'Runtime.InvokeTimeout': 'TIMEOUT',
  'Sandbox.Failure': 'PLATFORM_ERROR',
  'Runtime.PlatformError': 'PLATFORM_ERROR',
  // A crash or a timeout of an init, of which Lambda names no cause: it may pass.
  'Runtime.Unknown': 'PLATFORM_ERROR',
  'Runtime.ImportModuleError': 'INIT_ERROR',
  'Runtime.UserCodeSyntaxError': 'INIT_ERROR',
  'Runtime.HandlerNotFound': 'INIT_ERROR',
  'Runtime.MalformedHandlerName': 'INIT_ERROR',
  'Runtime.MalformedStreamingHandler': 'INIT_ERROR',
  'Runtime.CallbackHandlerDeprecated': 'INIT_ERROR',
  'Runtime.BuiltInModuleConflict': 'INIT_ERROR',
  'Runtime.BeforeSnapshotError': 'INIT_ERROR',
  'Runtime.AfterRestoreError': 'INIT_ERROR',
  'Runtime.InitError': 'INIT_ERROR',
  'Runtime.InvalidEntrypoint': 'INIT_ERROR',
  'Runtime.InvalidWorkingDir': 'INIT_ERROR',
  'Runtime.InvalidTaskConfig': 'INIT_ERROR',
  'Extension.InitError': 'INIT_ERROR',
  'Extension.LaunchError': 'INIT_ERROR',
  PermissionDenied: 'INIT_ERROR',
  TooManyExtensions: 'INIT_ERROR',
  // The handler ran; what it answered cannot be sent.
  'Function.ResponseSizeTooLarge': 'UNHANDLED_ERROR',
  'Function.Unknown': 'UNHANDLED_ERROR',
  'Runtime.TruncatedResponse': 'UNHANDLED_ERROR',
  'Runtime.InvalidResponseModeHeader': 'UNHANDLED_ERROR',
};

/** Ways in which a process dies for want of memory: killed by the kernel, or aborted by V8 when its own heap is full. */
const OUT_OF_MEMORY_EXIT = /\bsignal: (?:killed|aborted)\b|\bexit status 134\b/;

/** The kind of an error that a function threw. `retryable`: what the code that threw it knows. */
export function kindOfThrownError(name: string, retryable?: boolean): FailureKind {
  const known = lookUp(BY_NAME, name) ?? lookUp(BY_PLATFORM_NAME, name);
  if (known !== undefined) return known;
  return retryable === true ? 'STORAGE_UNAVAILABLE' : 'UNHANDLED_ERROR';
}

/** Whether a name says what happened, and not only that something was thrown. */
export function isKnownError(name: string): boolean {
  return lookUp(BY_NAME, name) !== undefined;
}

/**
 * The kind of a failure that the platform reports: `status` and `errorType` of a REPORT line.
 * `failure` is Lambda's own fault, `error` the function's, `timeout` the deadline (Telemetry API schema).
 */
export function kindOfReport(status: string, errorType: string): FailureKind {
  if (status === 'timeout') return 'TIMEOUT';
  if (status === 'failure') return 'PLATFORM_ERROR';
  return lookUp(BY_PLATFORM_NAME, errorType) ?? (errorType === '' ? 'UNHANDLED_ERROR' : 'INIT_ERROR');
}

/** The kind of a line `RequestId: … Error: {reason}`, which the platform writes when the process is gone. */
export function kindOfExit(reason: string, errorType: string): FailureKind {
  if (reason.startsWith('Task timed out')) return 'TIMEOUT';
  // Of the runtime only: an extension that is killed says nothing of the function's own memory.
  if (errorType === 'Runtime.ExitError' && OUT_OF_MEMORY_EXIT.test(reason)) return 'OUT_OF_MEMORY';
  return kindOfReport('error', errorType);
}

function lookUp(kinds: Readonly<Record<string, FailureKind>>, name: string): FailureKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

import { REQUEST } from '../../builders.ts';
import { invokeError, LAMBDA_WARNING, pythonJson, type RawFailure } from './raw-line.ts';

/** A handler that threw: a success to the platform. */
export const THROWN: readonly RawFailure[] = [
  {
    what: 'a thrown error, Node.js text',
    line: `2020-11-03T00:36:23.376Z\t${REQUEST}\tERROR\tInvoke Error \t{"errorType":"AssertionError","errorMessage":"id is a mandatory field","code":"ERR_ASSERTION","generatedMessage":false,"actual":"","expected":true,"operator":"==","stack":["AssertionError [ERR_ASSERTION]: id is a mandatory field","    at new Product (/var/task/src/product.js:8:5)"]}\n`,
    kind: 'UNHANDLED_ERROR',
    error: 'AssertionError',
    message: 'id is a mandatory field',
  },
  {
    what: 'a thrown TypeError with a code of its own',
    line: invokeError({ errorType: 'TypeError', errorMessage: 'bad', code: 'ERR_INVALID_ARG_TYPE', stack: [] }),
    kind: 'TYPE_ERROR',
    error: 'TypeError',
  },
  {
    what: 'a thrown ReferenceError',
    line: invokeError({ errorType: 'ReferenceError', errorMessage: 'x is not defined', stack: [] }),
    kind: 'TYPE_ERROR',
    error: 'ReferenceError',
  },
  {
    what: 'a bucket name that is none',
    line: invokeError({
      errorType: 'InvalidBucketName',
      errorMessage: 'The specified bucket is not valid.',
      stack: [],
    }),
    kind: 'INVALID_BUCKET_NAME',
    error: 'InvalidBucketName',
  },
  {
    what: 'a bucket that is gone, with what the SDK adds',
    line: invokeError({
      errorType: 'NoSuchBucket',
      errorMessage: 'The specified bucket does not exist',
      name: 'NoSuchBucket',
      $fault: 'client',
      $metadata: { httpStatusCode: 404, attempts: 1 },
      stack: [],
    }),
    kind: 'NO_SUCH_BUCKET',
    error: 'NoSuchBucket',
  },
  {
    what: 'a denied access that an error class of the function carries as its code',
    line: invokeError({ errorType: 'StorageDeniedError', errorMessage: 'no', code: 'AccessDenied', stack: [] }),
    kind: 'ACCESS_DENIED',
    error: 'AccessDenied',
  },
  {
    what: 'a connection that was refused',
    line: invokeError({ errorType: 'Error', errorMessage: 'connect', code: 'ECONNREFUSED', errno: -111, stack: [] }),
    kind: 'STORAGE_UNAVAILABLE',
    error: 'ECONNREFUSED',
  },
  {
    what: 'an answer of 5xx that has no known name',
    line: invokeError({ errorType: 'Odd', errorMessage: 'm', $metadata: { httpStatusCode: 502 }, stack: [] }),
    kind: 'STORAGE_UNAVAILABLE',
    error: 'Odd',
  },
  {
    what: 'an error that says itself that trying again may help',
    line: invokeError({ errorType: 'Odd', errorMessage: 'm', retryable: true, stack: [] }),
    kind: 'STORAGE_UNAVAILABLE',
    error: 'Odd',
  },
  {
    what: 'a request to slow down',
    line: invokeError({ errorType: 'SlowDown', errorMessage: 'Please reduce your request rate.', stack: [] }),
    kind: 'THROTTLED',
    error: 'SlowDown',
  },
  {
    what: 'something thrown that is no error',
    line: invokeError({ errorType: 'Error', errorMessage: 'x', stack: ['Error: x'] }),
    kind: 'UNHANDLED_ERROR',
    error: 'Error',
    message: 'x',
  },
  {
    what: 'a handler whose promise never settles',
    line: invokeError({ errorType: 'Runtime.NodeJsExit', errorMessage: 'Returned promise never settled', stack: [] }),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.NodeJsExit',
  },
  {
    what: 'a handler with a callback, in Node.js 24',
    line: invokeError({ errorType: 'Runtime.CallbackHandlerDeprecated', errorMessage: 'no', stack: [] }),
    kind: 'INIT_ERROR',
    error: 'Runtime.CallbackHandlerDeprecated',
  },
  {
    what: 'a result that cannot be serialised, runtime version 3',
    line: invokeError({ errorType: 'Error', errorMessage: 'Unable to stringify response body', stack: [] }),
    kind: 'UNHANDLED_ERROR',
    error: 'Error',
  },
  {
    what: 'a result that cannot be serialised, runtime version 4',
    line: invokeError({ errorType: 'Runtime.JSONStringifyError', errorMessage: 'Unable to stringify', stack: [] }),
    kind: 'UNHANDLED_ERROR',
    error: 'Runtime.JSONStringifyError',
  },
  {
    what: 'a thrown error that is cut off behind its message',
    line: invokeError('{"errorType":"NoSuchBucket","errorMessage":"no \\"b\\"","stack":["Err'),
    kind: 'NO_SUCH_BUCKET',
    error: 'NoSuchBucket',
    message: 'no "b"',
  },
  {
    what: 'a thrown error that is cut off within its name',
    line: invokeError('{"errorType":"NoSuchBuc'),
    kind: 'UNHANDLED_ERROR',
    error: 'Error',
  },
  {
    what: 'a thrown error longer than the runtime writes one',
    line: invokeError({ errorType: 'AccessDenied', errorMessage: 'no', body: 'x'.repeat(400_000), stack: [] }),
    kind: 'ACCESS_DENIED',
    error: 'AccessDenied',
    message: 'no',
  },
  {
    what: 'a thrown error, Python JSON, managed runtime of 2026',
    line: `{"timestamp": "2026-02-27T17:34:11Z", "log_level": "ERROR", "errorMessage": "'n'", "errorType": "KeyError", "requestId": "${REQUEST}", "stackTrace": ["  File \\"/var/task/lambda_function.py\\", line 17, in lambda_handler\\n    n = int(body[\\"n\\"])\\n"]}`,
    kind: 'UNHANDLED_ERROR',
    error: 'KeyError',
    message: "'n'",
  },
  {
    what: 'a thrown error, Python JSON, present source of the runtime',
    line: pythonJson({
      errorMessage: "unsupported operand type(s) for +: 'int' and 'str'",
      errorType: 'TypeError',
      requestId: REQUEST,
      stackTrace: [],
    }),
    kind: 'TYPE_ERROR',
    error: 'TypeError',
  },
  {
    what: 'an error of a service, Python JSON',
    line: pythonJson({
      errorMessage:
        'An error occurred (SlowDown) when calling the PutObject operation: Please reduce your request rate.',
      errorType: 'ClientError',
      requestId: REQUEST,
      stackTrace: [],
    }),
    kind: 'THROTTLED',
    error: 'SlowDown',
  },
  {
    what: 'a bucket name that botocore refuses',
    line: pythonJson({
      errorMessage:
        'Parameter validation failed:\nInvalid bucket name "no such name": Bucket name must match the regex',
      errorType: 'ParamValidationError',
      requestId: REQUEST,
      stackTrace: [],
    }),
    kind: 'INVALID_BUCKET_NAME',
    error: 'ParamValidationError',
  },
  {
    what: 'a thrown error glued to a warning, Python JSON in a container image',
    line: `${LAMBDA_WARNING}\r{"timestamp": "2024-06-17T17:23:55Z", "log_level": "ERROR", "errorMessage": "'utf-8' codec can't decode byte 0x80 in position 7: invalid start byte", "errorType": "UnicodeDecodeError", "requestId": "${REQUEST}", "stackTrace": ["  File \\"/var/task/handler.py\\", line 21, in on_event\\n"]}\n`,
    kind: 'UNHANDLED_ERROR',
    error: 'UnicodeDecodeError',
  },
];

import { OTHER_REQUEST, printed, REQUEST } from '../builders.ts';
import { LAMBDA_WARNING, nodeJson, pythonJson, type RawSuspicion } from './raw-line.ts';

const NBSP = '\u00a0';
const importError =
  '{"errorType":"Runtime.ImportModuleError","errorMessage":"Error: Cannot find module \'postConfirmation\'\\nRequire stack:\\n- /var/runtime/index.mjs","stack":["Runtime.ImportModuleError: Error: Cannot find module"]}';

/** Of an invocation, if its end confirms it. */
export const SUSPECTED: readonly RawSuspicion[] = [
  {
    what: 'a thrown error, Python text',
    line: `[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the DetectDominantLanguage operation: no\nTraceback (most recent call last):\n${NBSP}${NBSP}File "/var/task/app.py", line 74, in lambda_handler\n${NBSP}${NBSP}${NBSP}${NBSP}response = detect(text)`,
    kind: 'ACCESS_DENIED',
    error: 'AccessDeniedException',
    message: 'An error occurred (AccessDeniedException)',
    certainty: 'certain',
  },
  {
    what: 'what may be that or an application’s own format',
    line: '[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the DetectDominantLanguage operation: no\nTraceback (most recent call last):\n  File "/var/task/app.py", line 74, in lambda_handler',
    kind: 'ACCESS_DENIED',
    error: 'AccessDeniedException',
    certainty: 'possible',
  },
  {
    what: 'a thrown error without a message, Python text',
    line: `[ERROR] MemoryError\nTraceback (most recent call last):\n${NBSP}${NBSP}File "/var/task/app.py", line 1, in handler`,
    kind: 'OUT_OF_MEMORY',
    error: 'MemoryError',
    certainty: 'certain',
  },
  {
    what: 'a thrown error in a container image, Python text',
    line: `[ERROR] NameError: name 'x' is not defined\rTraceback (most recent call last):\r${NBSP}${NBSP}File "/var/task/app.py", line 1, in handler\n`,
    kind: 'TYPE_ERROR',
    error: 'NameError',
    message: "name 'x' is not defined",
    certainty: 'certain',
  },
  {
    what: 'a module that Python cannot import',
    line: "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'\nTraceback (most recent call last):",
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    certainty: 'certain',
  },
  {
    what: 'a module that Python cannot import, without a traceback',
    line: "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'\n",
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    certainty: 'possible',
  },
  {
    what: 'a module that Python cannot import, glued to a warning',
    line: `[WARNING]\t2024-06-17T17:23:55.919Z\t\t${LAMBDA_WARNING}\r[ERROR] Runtime.ImportModuleError: Unable to import module 'app'\rTraceback (most recent call last):\n`,
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    certainty: 'certain',
  },
  {
    what: 'a module that Python cannot import, JSON',
    line: pythonJson({
      errorMessage: "Unable to import module 'app'",
      errorType: 'Runtime.ImportModuleError',
      requestId: '',
      stackTrace: [],
    }),
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    certainty: 'possible',
  },
  {
    what: 'a module that Node.js cannot import',
    line: `2025-06-09T00:24:05.078Z\tundefined\tERROR\tUncaught Exception \t${importError}\n`,
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    message: "Cannot find module 'postConfirmation'",
    certainty: 'possible',
  },
  {
    what: 'a module that throws while it is loaded',
    line: `2025-06-09T00:24:05.078Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"TypeError","errorMessage":"m"}\n`,
    kind: 'INIT_ERROR',
    error: 'TypeError',
    certainty: 'possible',
  },
  {
    what: 'a module that throws while it is loaded, JSON',
    line: nodeJson({
      requestId: undefined,
      message: { errorType: 'TypeError', errorMessage: 'm', stackTrace: ['TypeError: m'] },
    }),
    kind: 'INIT_ERROR',
    error: 'TypeError',
    certainty: 'possible',
  },
  {
    what: 'a thrown error whose request is not told',
    line: printed('Invoke Error \t{"errorType":"TypeError","errorMessage":"m","stack":[]}', 'undefined', 'ERROR'),
    kind: 'TYPE_ERROR',
    error: 'TypeError',
    certainty: 'certain',
  },
  {
    what: 'a module that Node.js cannot import, JSON',
    line: nodeJson({
      requestId: undefined,
      message: { errorType: 'ImportModuleError', errorMessage: 'Error: Cannot find module', stackTrace: [] },
    }),
    kind: 'INIT_ERROR',
    error: 'Runtime.ImportModuleError',
    certainty: 'possible',
  },
  {
    what: 'a rejection that nobody handled, which may kill another invocation than the one it names',
    line: `2023-03-08T10:08:46.060Z\t${OTHER_REQUEST}\tERROR\tUnhandled Promise Rejection \t{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"MongoServerSelectionError: timed out","reason":{"errorType":"MongoServerSelectionError"},"promise":{},"stack":[]}\n`,
    kind: 'PROCESS_EXIT',
    error: 'Runtime.UnhandledPromiseRejection',
    message: 'MongoServerSelectionError: timed out',
    certainty: 'possible',
  },
  {
    what: 'the same, JSON',
    line: nodeJson({ message: { errorType: 'UnhandledPromiseRejection', errorMessage: 'm', stackTrace: [] } }),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.UnhandledPromiseRejection',
    certainty: 'possible',
  },
  {
    what: 'an exception that nobody caught',
    line: printed('Uncaught Exception \t{"errorType":"Error","errorMessage":"m","stack":[]}', REQUEST, 'ERROR'),
    kind: 'PROCESS_EXIT',
    error: 'Error',
    certainty: 'possible',
  },
  {
    what: 'a thrown error or console.error, Node.js JSON',
    line: nodeJson({
      message: { errorType: 'TypeError', errorMessage: 'x is not a function', stackTrace: ['TypeError: x', '    at'] },
    }),
    kind: 'TYPE_ERROR',
    error: 'TypeError',
    certainty: 'possible',
    requestId: REQUEST,
  },
  {
    what: 'the same from minified code, where only the error’s own name is left',
    line: nodeJson({
      message: { errorType: 'a', errorMessage: 'm', stackTrace: [], name: 'NoSuchBucket', $metadata: {} },
    }),
    kind: 'NO_SUCH_BUCKET',
    error: 'NoSuchBucket',
    certainty: 'possible',
    requestId: REQUEST,
  },
  {
    what: 'the words of V8 when its heap is full',
    line: 'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory\n',
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
    certainty: 'possible',
  },
  {
    what: 'an error that Lambda cannot explain',
    line: 'Unknown application error occurred\nRuntime.Unknown\n',
    kind: 'PLATFORM_ERROR',
    error: 'Runtime.Unknown',
    certainty: 'possible',
  },
  {
    what: 'an extension that did not come up',
    line: 'EXTENSION\tName: apm-lambda-extension\tState: InitError\tEvents: [INVOKE,SHUTDOWN]\tError Type: Registration\n',
    kind: 'INIT_ERROR',
    error: 'Extension.InitError',
    certainty: 'possible',
  },
  {
    what: 'an extension that could not be launched',
    line: 'EXTENSION\tName: datadog-agent\tState: LaunchError\tEvents: []\tError Type: PermissionDenied\n',
    kind: 'INIT_ERROR',
    error: 'Extension.LaunchError',
    message: 'PermissionDenied',
    certainty: 'possible',
  },
];

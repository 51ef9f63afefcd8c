import { reportLine, REQUEST } from '../../builders.ts';
import { exit, record, type RawFailure } from './raw-line.ts';

/** Code that could not be loaded. */
export const NEVER_UP: readonly RawFailure[] = [
  ...[
    'Runtime.ImportModuleError',
    'Runtime.UserCodeSyntaxError',
    'Runtime.HandlerNotFound',
    'Runtime.MalformedHandlerName',
    'Runtime.InvalidEntrypoint',
    'Runtime.InvalidWorkingDir',
    'Extension.InitError',
    'Extension.LaunchError',
    'PermissionDenied',
    'TooManyExtensions',
    'SomeErrorOfTheModule',
  ].flatMap((error): RawFailure[] => [
    {
      what: `${error} in a report`,
      line: `REPORT RequestId: ${REQUEST}\tDuration: 95.78 ms\tBilled Duration: 96 ms\tMemory Size: 512 MB\tMax Memory Used: 39 MB\tStatus: error\tError Type: ${error}\n`,
      kind: 'INIT_ERROR',
      error,
    },
    {
      what: `${error} in platform.report`,
      line: record('platform.report', { status: 'error', errorType: error, metrics: { durationMs: 1 } }),
      kind: 'INIT_ERROR',
      error,
    },
  ]),
  {
    what: 'an entry point that is not there',
    line: exit('fork/exec /var/task/bootstrap: no such file or directory', '\nRuntime.InvalidEntrypoint'),
    kind: 'INIT_ERROR',
    error: 'Runtime.InvalidEntrypoint',
    message: 'fork/exec /var/task/bootstrap: no such file or directory',
  },
  {
    what: 'an extension that cannot be executed',
    line: exit('fork/exec /opt/extensions/agent: exec format error', ' Extension.LaunchError'),
    kind: 'INIT_ERROR',
    error: 'Extension.LaunchError',
  },
];

/** What is not of the function, or cannot be sent. */
export const PLATFORM: readonly RawFailure[] = [
  { what: 'a fault of the platform', line: reportLine('\tStatus: failure'), kind: 'PLATFORM_ERROR', error: 'failure' },
  {
    what: 'a fault of the platform with a name',
    line: record('platform.report', { status: 'failure', errorType: 'Sandbox.Failure', metrics: {} }),
    kind: 'PLATFORM_ERROR',
    error: 'Sandbox.Failure',
  },
  {
    what: 'a sandbox that failed',
    line: reportLine('\tStatus: error\tError Type: Sandbox.Failure'),
    kind: 'PLATFORM_ERROR',
    error: 'Sandbox.Failure',
  },
  {
    what: 'an init that Lambda cannot explain',
    line: reportLine('\tStatus: error\tError Type: Runtime.Unknown'),
    kind: 'PLATFORM_ERROR',
    error: 'Runtime.Unknown',
  },
  {
    what: 'an answer that is too large',
    line: reportLine('\tStatus: error\tError Type: Function.ResponseSizeTooLarge'),
    kind: 'UNHANDLED_ERROR',
    error: 'Function.ResponseSizeTooLarge',
  },
  {
    what: 'an answer that broke off',
    line: reportLine('\tStatus: error\tError Type: Runtime.TruncatedResponse'),
    kind: 'UNHANDLED_ERROR',
    error: 'Runtime.TruncatedResponse',
  },
];

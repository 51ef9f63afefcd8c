import { reportLine, REQUEST } from '../../builders.ts';
import { exit, record, withMemory, type RawFailure } from './raw-line.ts';

/** A process that the platform ended, or that ended itself. */
export const KILLED: readonly RawFailure[] = [
  {
    what: 'a timeout as it was written until 2024',
    line: `2018-05-17T06:46:28.161Z ${REQUEST} Task timed out after 18.02 seconds\n\n`,
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
    message: 'Task timed out after 18.02 seconds',
  },
  {
    what: 'a timeout as it is written since',
    line: `REPORT RequestId: ${REQUEST}\tDuration: 180000.00 ms\tBilled Duration: 180000 ms\tMemory Size: 1280 MB\tMax Memory Used: 1201 MB\tStatus: timeout\n`,
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout with its memory full',
    line: withMemory(1024, 'Status: timeout'),
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout after a cold start, with X-Ray',
    line: `REPORT RequestId: ${REQUEST}\tDuration: 3016.78 ms\tBilled Duration: 3016 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\tInit Duration: 578.07 ms\tStatus: timeout\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 53995c3f42cd8ad8\tSampled: true\t\n`,
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout as the platform words it for the caller',
    line: exit('Task timed out after 3.00 seconds', ''),
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout, platform.runtimeDone',
    line: record('platform.runtimeDone', { status: 'timeout', metrics: { durationMs: 5001.182, producedBytes: 0 } }),
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout, platform.report with its status last',
    line: record('platform.report', {
      metrics: { durationMs: 5000.0, billedDurationMs: 5000, memorySizeMB: 128, maxMemoryUsedMB: 94 },
      status: 'timeout',
    }),
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  {
    what: 'a timeout, platform.report in another order and with spaces',
    line: `{ "record": { "status": "timeout", "requestId": "${REQUEST}" }, "type": "platform.report", "time": "2026-07-09T06:05:50.562Z" }`,
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
  },
  ...['Sandbox.Timedout', 'Sandbox.Timeout'].map((error): RawFailure => ({
    what: `a timeout by its type alone: ${error}`,
    line: reportLine(`\tStatus: error\tError Type: ${error}`),
    kind: 'TIMEOUT',
    error,
  })),
  {
    what: 'out of memory, report of 2024 and later',
    line: withMemory(1024, 'Status: error\tError Type: Runtime.OutOfMemory'),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.OutOfMemory',
  },
  {
    what: 'out of memory, platform.report',
    line: record('platform.report', { status: 'error', errorType: 'Runtime.OutOfMemory', metrics: {} }),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.OutOfMemory',
  },
  {
    what: 'a process that the kernel killed',
    line: exit('Runtime exited with error: signal: killed'),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a process that ended with its memory full',
    line: withMemory(1024, 'Status: error\tError Type: Runtime.ExitError'),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a process that ended with its memory full, platform.report',
    line: record('platform.report', {
      metrics: { memorySizeMB: 128, maxMemoryUsedMB: 128 },
      status: 'error',
      errorType: 'Runtime.ExitError',
    }),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a heap of V8 that is full, by its signal',
    line: exit('Runtime exited with error: signal: aborted (core dumped)'),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a heap of V8 that is full, by its exit status',
    line: exit('Runtime exited with error: exit status 134'),
    kind: 'OUT_OF_MEMORY',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a process that ended below its memory limit',
    line: withMemory(1023, 'Status: error\tError Type: Runtime.ExitError'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'process.exit(0)',
    line: exit('Runtime exited without providing a reason'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
    message: 'Runtime exited without providing a reason',
  },
  {
    what: 'process.exit(1)',
    line: exit('Runtime exited with error: exit status 1'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'the exit after an unhandled rejection',
    line: exit('Runtime exited with error: exit status 128'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'the exit after an uncaught exception',
    line: exit('Runtime exited with error: exit status 129'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'an exit status that looks like a kill and was not one',
    line: exit('Runtime exited with error: exit status 137'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'a segmentation fault',
    line: exit('Runtime exited with error: signal: segmentation fault (core dumped)'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'an unhandled rejection in a report',
    line: reportLine('\tStatus: error\tError Type: Runtime.UnhandledPromiseRejection'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.UnhandledPromiseRejection',
  },
  {
    what: 'an extension that crashed',
    line: exit('exit code 0', ' Extension.Crash'),
    kind: 'PROCESS_EXIT',
    error: 'Extension.Crash',
  },
  ...['Extension.Crash', 'Extension.ExitError'].map((error): RawFailure => ({
    what: `an extension that is gone, in a report: ${error}`,
    line: reportLine(`\tStatus: error\tError Type: ${error}`),
    kind: 'PROCESS_EXIT',
    error,
  })),
  {
    what: 'a process whose end has no status, as newer runtimes word it',
    line: exit('runtime exited with error: exit status 1'),
    kind: 'PROCESS_EXIT',
    error: 'Runtime.ExitError',
  },
  {
    what: 'an extension that was killed',
    line: exit('signal: killed', '\nExtension.Crash'),
    kind: 'PROCESS_EXIT',
    error: 'Extension.Crash',
  },
];

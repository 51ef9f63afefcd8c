import { expect, test } from 'vitest';
import { describeExit, initReportLine, reportLine, type PlatformStatus } from '../../../local/lambda/platform-lines.ts';

function report(outcome: PlatformStatus, durationMs: number, initMs?: number): string {
  return reportLine({ requestId: 'ID', durationMs, initMs, memoryMiB: 1024, maxMemoryUsedMiB: 91, outcome });
}

test('the report of a success has no status, and bills the init', () => {
  expect(report({ status: 'success' }, 58.7, 868.19)).toBe(
    'REPORT RequestId: ID\tDuration: 58.70 ms\tBilled Duration: 927 ms\tMemory Size: 1024 MB\tMax Memory Used: 91 MB\tInit Duration: 868.19 ms\t\n',
  );
});

test('the report of a timeout ends with its status', () => {
  expect(report({ status: 'timeout' }, 180_000)).toBe(
    'REPORT RequestId: ID\tDuration: 180000.00 ms\tBilled Duration: 180000 ms\tMemory Size: 1024 MB\tMax Memory Used: 91 MB\tStatus: timeout\n',
  );
});

test('an init that failed is reported with its phase and error type', () => {
  expect(initReportLine('invoke', 83.58, { status: 'error', errorType: 'Runtime.ImportModuleError' })).toBe(
    'INIT_REPORT Init Duration: 83.58 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
  );
});

test.for([
  [128, null, 'Runtime exited with error: exit status 128'],
  [0, null, 'Runtime exited without providing a reason'],
  [null, 'SIGKILL', 'Runtime exited with error: signal: killed'],
  [null, 'SIGABRT', 'Runtime exited with error: signal: aborted'],
  [null, 'SIGSEGV', 'Runtime exited with error: signal: segmentation fault'],
] as const)('exit code %s and signal %s', ([exitCode, signal, words]) => {
  expect(describeExit(exitCode, signal)).toBe(words);
});

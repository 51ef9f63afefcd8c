import { describe, expect, it } from 'vitest';
import { classify } from '../../../monitor/classifier.ts';
import { aLogEvent, endLine, OTHER_REQUEST, printed, reportLine, REQUEST, startLine } from './builders.ts';

const failureOf = (message: string) => {
  const finding = classify(aLogEvent(message));
  return finding?.kind === 'failed'
    ? { requestId: finding.requestId, kind: finding.failure.kind, error: finding.failure.error }
    : finding;
};

describe('classifying a log event', () => {
  it.each([
    ['a timeout in the report', reportLine('\tStatus: timeout'), 'TIMEOUT', 'Sandbox.Timedout'],
    [
      'out of memory in the report',
      reportLine('\tStatus: error\tError Type: Runtime.OutOfMemory'),
      'OUT_OF_MEMORY',
      'Runtime.OutOfMemory',
    ],
    [
      'a process that ended',
      reportLine('\tStatus: error\tError Type: Runtime.ExitError'),
      'PROCESS_EXIT',
      'Runtime.ExitError',
    ],
    [
      'a module that is missing',
      reportLine('\tStatus: error\tError Type: Runtime.ImportModuleError'),
      'INIT_ERROR',
      'Runtime.ImportModuleError',
    ],
    [
      'a handler that is missing',
      reportLine('\tStatus: error\tError Type: Runtime.HandlerNotFound'),
      'INIT_ERROR',
      'Runtime.HandlerNotFound',
    ],
    [
      'an error of its own name while an ES module is loaded',
      reportLine('\tStatus: error\tError Type: Error'),
      'INIT_ERROR',
      'Error',
    ],
    ['a fault of the platform', reportLine('\tStatus: failure'), 'PLATFORM_ERROR', 'failure'],
    [
      'the old line of a timeout',
      `2018-05-17T06:46:28.161Z ${REQUEST} Task timed out after 18.02 seconds\n`,
      'TIMEOUT',
      'Sandbox.Timedout',
    ],
    [
      'a killed process',
      `RequestId: ${REQUEST} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n`,
      'OUT_OF_MEMORY',
      'Runtime.ExitError',
    ],
    [
      'a process that gave up',
      `RequestId: ${REQUEST} Error: Runtime exited with error: exit status 129\nRuntime.ExitError\n`,
      'PROCESS_EXIT',
      'Runtime.ExitError',
    ],
    [
      'a thrown TypeError',
      printed(
        'Invoke Error \t{"errorType":"TypeError","errorMessage":"x is not a function","stack":[]}',
        REQUEST,
        'ERROR',
      ),
      'TYPE_ERROR',
      'TypeError',
    ],
    [
      'a thrown error with a code',
      printed(
        'Invoke Error \t{"errorType":"StorageDeniedError","errorMessage":"no","code":"AccessDenied"}',
        REQUEST,
        'ERROR',
      ),
      'ACCESS_DENIED',
      'AccessDenied',
    ],
    [
      'a thrown error whose details are cut off',
      printed('Invoke Error \t{"errorType":"Type', REQUEST, 'ERROR'),
      'UNHANDLED_ERROR',
      'Error',
    ],
  ])('finds %s', (_what, message, kind, error) => {
    expect(failureOf(message)).toEqual({ requestId: REQUEST, kind, error });
  });

  it('finds the status of a report wherever a cold start puts other numbers', () => {
    const message = `REPORT RequestId: ${REQUEST}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 512 MB\tMax Memory Used: 39 MB\tInit Duration: 578.07 ms\tStatus: timeout\nXRAY TraceId: 1-2\tSegmentId: 3\t\n`;
    expect(failureOf(message)).toMatchObject({ kind: 'TIMEOUT' });
  });

  it.each([
    ['a report of a thrown error or a success, which say the same', reportLine()],
    [
      'a report of an initialisation, which Lambda repeats',
      'INIT_REPORT Init Duration: 10000.49 ms\tPhase: init\tStatus: timeout\n',
    ],
    [
      'an initialisation that failed, which names no request',
      'INIT_REPORT Init Duration: 229.04 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
    ],
    ['an error line of the application', printed('{"errorType":"TypeError"}', REQUEST, 'ERROR')],
    [
      'text that quotes a report',
      printed(`the log said REPORT RequestId: ${OTHER_REQUEST}\tDuration: 1 ms\tStatus: timeout`),
    ],
    ['text that quotes the runtime', printed('Invoke Error \t{"errorType":"TypeError"}', REQUEST, 'INFO')],
    ['a step line without the fields of one', printed('{"event":"step.ended","outcome":"FAILED"}')],
    ['a step line that is cut off', printed('{"event":"step.ended","executionId":"0189')],
    [
      'a line of an initialisation without a request',
      '2026-01-01T00:00:00.000Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"Error"}\n',
    ],
  ])('finds nothing in %s', (_what, message) => {
    expect(classify(aLogEvent(message))).toBeUndefined();
  });

  it('reads a start and an end line of a wrapped function', () => {
    expect(classify(aLogEvent(startLine()))).toMatchObject({
      kind: 'started',
      requestId: REQUEST,
      line: { step: 'payment', attempt: 1 },
    });
    expect(
      classify(aLogEvent(endLine({ outcome: 'FAILED', error: { name: 'AccessDenied', message: 'no' } }))),
    ).toMatchObject({
      kind: 'ended',
      line: { outcome: 'FAILED', error: { name: 'AccessDenied' } },
    });
  });

  it('does not believe a step line that names another request than the runtime put before it', () => {
    expect(classify(aLogEvent(endLine({ outcome: 'FAILED', requestId: OTHER_REQUEST }, REQUEST)))).toBeUndefined();
  });

  it('keeps an over-long message to what a fact may carry', () => {
    const message = printed(
      `Invoke Error \t${JSON.stringify({ errorType: 'E'.repeat(500), errorMessage: 'm'.repeat(5000) })}`,
      REQUEST,
      'ERROR',
    );
    const finding = classify(aLogEvent(message));
    expect(finding?.kind === 'failed' && [finding.failure.error.length, finding.failure.message.length]).toEqual([
      128, 1024,
    ]);
  });
});

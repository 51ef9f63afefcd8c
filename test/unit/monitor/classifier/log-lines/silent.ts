import { endLine, printed, REQUEST } from '../../builders.ts';
import { LAMBDA_WARNING, nodeJson, pythonJson, record, type RawLine } from './raw-line.ts';

/** Lines that say nothing. */
export const SILENT: readonly RawLine[] = [
  {
    what: 'an init that took too long, which Lambda repeats',
    line: 'INIT_REPORT Init Duration: 10000.49 ms\tPhase: init\tStatus: timeout\n',
  },
  {
    what: 'an init that failed',
    line: 'INIT_REPORT Init Duration: 229.04 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n',
  },
  {
    what: 'an init inside an invocation that failed, which names no request',
    line: 'INIT_REPORT Init Duration: 83.58 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n',
  },
  {
    what: 'an init inside an invocation that could not load the code either',
    line: 'INIT_REPORT Init Duration: 83.58 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
  },
  {
    what: 'an init inside an invocation whose process ended',
    line: 'INIT_REPORT Init Duration: 498.46 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n',
  },
  {
    what: 'an init whose extension crashed',
    line: 'INIT_REPORT Init Duration: 4447.52 ms\tPhase: invoke\tStatus: error\tError Type: Extension.Crash\n',
  },
  {
    what: 'platform.initReport of an init that took too long',
    line: '{"time":"2024-06-17T17:48:06.348Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":10000.487}}}',
  },
  { what: 'a restore that failed', line: 'RESTORE_REPORT Restore Duration: 1236.04 ms\tStatus: timeout\n' },
  { what: 'the start of an init', line: 'INIT_START Runtime Version: nodejs:22.v1\tRuntime Version ARN: arn:aws\n' },
  { what: 'an extension that is ready', line: 'EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n' },
  { what: 'logs that were dropped', line: record('platform.logsDropped', { reason: 'slow', droppedRecords: 3 }) },
  {
    what: 'an answer given twice',
    line: printed(
      'Invocation has already been reported as done. Cannot call complete more than once per invocation.',
      REQUEST,
      'ERROR',
    ),
  },
  {
    what: 'the runtime’s complaint before its process goes',
    line: '[ERROR] [1678270126061] LAMBDA_RUNTIME Failed to post handler success response. Http response code: 400.\n',
  },
  {
    what: 'an application’s console.error(error), Node.js text',
    line: printed('Error: x\n    at y', REQUEST, 'ERROR'),
  },
  { what: 'an application’s object, Node.js text', line: printed('{"errorType":"TypeError"}', REQUEST, 'ERROR') },
  {
    what: 'an application’s console.error with words, Node.js JSON',
    line: nodeJson({ message: 'x Error: y', errorType: 'Error', errorMessage: 'y', stackTrace: ['Error: y'] }),
  },
  {
    what: 'an application’s error line in a successful invocation, JSON',
    line: nodeJson({ message: 'could not reach the cache' }),
  },
  {
    what: 'an error that was only mentioned, Node.js JSON',
    line: nodeJson({ level: 'INFO', message: { errorType: 'TypeError', errorMessage: 'm', stackTrace: [] } }),
  },
  {
    what: 'logger.exception, Python JSON',
    line: pythonJson({
      message: 'had an error',
      logger: 'climate.aws',
      stackTrace: ['  File "/app/climate/aws.py", line 128, in log_json\n'],
      errorType: 'Exception',
      errorMessage: 'with some text',
      requestId: REQUEST,
      location: '/app/climate/aws.py:log_json:130',
    }),
  },
  { what: 'what an application printed, Python text', line: '[ERROR] KeyError: no such thing\n' },
  {
    what: 'an error longer than a runtime writes one, JSON',
    line: nodeJson({ message: { errorType: 'TypeError', errorMessage: 'm'.repeat(400_000), stackTrace: [] } }),
  },
  { what: 'logger.info, Python text', line: `[INFO]\t2026-01-01T00:00:00.000Z\t${REQUEST}\tTask timed out\n` },
  {
    what: 'the warning before an error of an invocation, Python text, alone',
    line: `${LAMBDA_WARNING}\n`,
  },
  { what: 'logger.error, Python text', line: `[ERROR]\t2026-01-01T00:00:00.000Z\t${REQUEST}\tRuntime.ExitError\n` },
  {
    what: 'the warning before an error of an init, Python text',
    line: `[WARNING]\t2024-06-17T17:23:55.919Z\t\t${LAMBDA_WARNING}\r\n`,
  },
  {
    what: 'that warning and an error, typed by somebody, Python text',
    line: `[WARNING]\t2024-06-17T17:23:55.919Z\t${REQUEST}\t${LAMBDA_WARNING}\r[ERROR] Runtime.ImportModuleError: m\rTraceback (most recent call last):\n`,
  },
  { what: 'a marker of another system', line: '{"$rcv":1,"req":"r","step":"payment","key":"k","outcome":"fail"}' },
  {
    what: 'an application’s line that is dressed as a record',
    line: JSON.stringify({
      timestamp: '2026-07-09T06:05:50Z',
      level: 'INFO',
      message: 'm',
      logger: 'root',
      requestId: REQUEST,
      type: 'platform.report',
      record: { requestId: REQUEST, status: 'timeout' },
    }),
  },
  { what: 'a step line without a prefix, whose request id anybody could choose', line: endLine().split('\t')[3] ?? '' },
  { what: 'nothing', line: '' },
];

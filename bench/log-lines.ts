import { STEP_ENDED, STEP_STARTED } from '../workflow/step-log.ts';

/** Lambda's two log formats. */
export type LogFormat = 'TEXT' | 'JSON';

const TIME = '2026-01-01T00:00:00.000Z';
const STREAM = '2026/01/01/payment[$LATEST]0123456789abcdef0123456789abcdef';

/** What so many invocations of a wrapped function log, one in twenty of which throws and one in a hundred times out. */
export function logLines(invocations: number, format: LogFormat): string[] {
  return Array.from({ length: invocations }, (_, index) =>
    format === 'TEXT' ? textLines(index) : jsonLines(index),
  ).flat();
}

/** What the two functions of an order log in text format. */
export function linesOfOrder(order: number): readonly string[] {
  return [...textLines(2 * order), ...textLines(2 * order + 1)];
}

function textLines(index: number): string[] {
  const { requestId, start, end, order, thrown, isTimeout, isThrow } = invocation(index);
  const printed = (level: string, text: string) => `${TIME}\t${requestId}\t${level}\t${text}\n`;
  return [
    `START RequestId: ${requestId} Version: $LATEST\n`,
    printed('INFO', start),
    printed('INFO', order),
    ...(isTimeout ? [] : [printed('INFO', end)]),
    ...(isThrow ? [printed('ERROR', `Invoke Error \t${JSON.stringify({ ...thrown, stack: thrown.trace })}`)] : []),
    `END RequestId: ${requestId}\n`,
    `REPORT RequestId: ${requestId}\tDuration: 41.20 ms\tBilled Duration: 42 ms\tMemory Size: 256 MB\tMax Memory Used: 91 MB\t${isTimeout ? 'Status: timeout' : ''}\n`,
  ];
}

function jsonLines(index: number): string[] {
  const { requestId, start, end, order, thrown, isTimeout, isThrow } = invocation(index);
  const printed = (level: string, message: unknown) => JSON.stringify({ timestamp: TIME, level, requestId, message });
  const record = (type: string, fields: object) =>
    JSON.stringify({ time: TIME, type, record: { requestId, ...fields } });
  return [
    record('platform.start', { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:payment', version: '1' }),
    printed('INFO', start),
    printed('INFO', order),
    ...(isTimeout ? [] : [printed('INFO', end)]),
    ...(isThrow ? [printed('ERROR', { ...thrown, stackTrace: thrown.trace })] : []),
    record('platform.report', {
      metrics: { durationMs: 41.2, billedDurationMs: 42, memorySizeMB: 256, maxMemoryUsedMB: 91 },
      status: isTimeout ? 'timeout' : 'success',
    }),
  ];
}

function invocation(index: number) {
  const id = String(index).padStart(12, '0');
  const requestId = `11111111-2222-4333-8444-${id}`;
  const isTimeout = index % 100 === 0;
  const isThrow = !isTimeout && index % 20 === 0;
  const identity = { executionId: `01890000-0000-7000-8000-${id}`, step: 'payment', attempt: 1, requestId };
  const error = { name: 'AccessDenied', message: 'could not read the record of the step before' };
  const outcome = isThrow ? { outcome: 'FAILED', durationMs: 41, error } : { outcome: 'SUCCEEDED', durationMs: 41 };
  return {
    requestId,
    isTimeout,
    isThrow,
    start: JSON.stringify({ event: STEP_STARTED, ...identity, logStream: STREAM }),
    end: JSON.stringify({ event: STEP_ENDED, ...identity, ...outcome }),
    order: `captured 4200 EUR for order ${identity.executionId} of customer ${index}, card ending in 4242`,
    thrown: {
      errorType: 'StorageDeniedError',
      errorMessage: error.message,
      code: error.name,
      trace: [
        'StorageDeniedError: no',
        ...Array.from({ length: 8 }, (_, at) => `    at f${at} (/var/task/index.mjs:1:2)`),
      ],
    },
  };
}
